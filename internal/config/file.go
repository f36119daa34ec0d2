package config

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// ReadFile reads a configuration file: lines of `name = value` by the names of the flags, `#` for
// comments. A line of another form, or a name given twice, is an error that names the line.
func ReadFile(r io.Reader) (map[string]string, error) {
	values := map[string]string{}
	scanner := bufio.NewScanner(r)
	for number := 1; scanner.Scan(); number++ {
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("line %d of the configuration file is not of the form name = value", number)
		}
		name = strings.TrimSpace(name)
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("line %d of the configuration file sets %s a second time", number, name)
		}
		values[name] = strings.TrimSpace(value)
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("read the configuration file: %w", err)
	}
	return values, nil
}
