package store

import (
	"fmt"
	"strconv"
)

type integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32
}

// intScan takes an integer column into any integer type. database/sql would go through text for all but
// int64, which is felt when a million rows are read.
type intScan[T integer] struct{ to *T }

func into[T integer](to *T) intScan[T] { return intScan[T]{to} }

// Scan is called by database/sql.
func (s intScan[T]) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		*s.to = T(v)
		return nil
	case []byte: // sums come as numeric text
		return s.text(string(v))
	case string:
		return s.text(v)
	}
	return fmt.Errorf("scan %T as an integer", src)
}

func (s intScan[T]) text(v string) error {
	n, err := strconv.ParseInt(v, 10, 64)
	*s.to = T(n)
	return err
}
