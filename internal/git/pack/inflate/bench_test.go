package inflate_test

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"testing"

	"weir/internal/git/pack/inflate"
)

// streams are as in a pack: many small ones, some large ones.
func streams() (compressed [][]byte, sizes []int, total int64) {
	r := rand.New(rand.NewPCG(4, 4))
	for len(sizes) < 400 {
		data := randomData(r)
		if len(data) < 30 {
			continue
		}
		if len(sizes)%20 != 0 {
			data = data[:min(len(data), 30+r.IntN(3000))]
		}
		compressed = append(compressed, compress(data, -1))
		sizes = append(sizes, len(data))
		total += int64(len(data))
	}
	return compressed, sizes, total
}

func BenchmarkDecode(b *testing.B) {
	compressed, sizes, total := streams()
	var d inflate.Decoder
	dst := make([]byte, 1<<18)
	b.SetBytes(total)
	for b.Loop() {
		for i, src := range compressed {
			if _, err := d.Decode(dst, sizes[i], src); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkStandardLibrary(b *testing.B) {
	z := flate.NewReader(bytes.NewReader(nil))
	compressed, sizes, total := streams()
	dst := make([]byte, 1<<18)
	in := bytes.NewReader(nil)
	b.SetBytes(total)
	for b.Loop() {
		for i, src := range compressed {
			in.Reset(src[2:])
			if err := z.(flate.Resetter).Reset(in, nil); err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadFull(z, dst[:sizes[i]]); err != nil {
				b.Fatal(err)
			}
		}
	}
}
