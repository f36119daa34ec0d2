package cli

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"weir/internal/config"
)

// demoWorld is Weir with a small organization imported, and a browser's session on it.
func demoWorld(b *testing.B) (dir string, w *walker) {
	b.Helper()
	server, token := testServer(b)
	settings := &config.Config{Data: b.TempDir()}
	a, base := testApp(b, settings, io.Discard)
	return settings.Data, walkThrough(b, a, base, server, token)
}

// BenchmarkReportPages measures how long a person waits for each report.
func BenchmarkReportPages(b *testing.B) {
	_, w := demoWorld(b)
	for name, page := range map[string]string{
		"home": "/", "code": "/reports/code?period=365d", "worklog": "/reports/worklog?period=90d", "commits": "/reports/commits?period=365d",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				answer, err := w.client.Get(w.base + page)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
					b.Fatalf("%d, %v", answer.StatusCode, err)
				}
				_ = answer.Body.Close()
			}
		})
	}
}

var greeting = regexp.MustCompile(`Weir is at (http://\S+)`)

// BenchmarkStart measures from the start of the process on an existing data folder until it listens, and
// reports the memory that it holds then.
func BenchmarkStart(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "weir")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", binary, "weir/cmd/weir").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	data := b.TempDir()
	startOnce(b, binary, data)
	var resident float64
	for b.Loop() {
		resident = startOnce(b, binary, data)
	}
	b.ReportMetric(resident, "MiB-resident")
}

// startOnce starts the binary, waits until it says where it is, gives its resident memory in MiB, and stops it.
func startOnce(b *testing.B, binary, data string) float64 {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), binary, "serve", "--data", data, "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	said := make([]byte, 0, 4096)
	for !greeting.Match(said) {
		n, err := out.Read(said[len(said):cap(said)])
		if err != nil {
			b.Fatalf("it stopped: %v\n%s", err, said)
		}
		said = said[:len(said)+n]
	}
	resident := residentMiB(b, cmd.Process.Pid)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		b.Fatal(err)
	}
	_ = cmd.Wait()
	return resident
}

func residentMiB(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		b.Skip("resident memory is read from /proc")
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return float64(kib) / 1024
		}
	}
	return 0
}
