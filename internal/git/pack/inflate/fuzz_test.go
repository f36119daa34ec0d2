package inflate_test

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"testing"

	"weir/internal/git/pack/inflate"
)

// FuzzDecode compares the decoder with the standard library's.
func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 1))
	for level := -2; level < 10; level++ {
		data := randomData(r)
		f.Add(compress(data[:min(len(data), 3000)], level)[2:])
	}
	var d inflate.Decoder
	f.Fuzz(func(t *testing.T, stream []byte) {
		const most = 1 << 20
		in := bytes.NewReader(stream)
		want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(in), most))
		if len(want) == most {
			return
		}
		src := append([]byte{0x78, 0x01}, stream...)
		got, n, err := decode(t, &d, src, len(want))
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("error %v, the standard library says %v", err, wantErr)
		}
		if err == nil && (!bytes.Equal(got, want) || n != 2+len(stream)-in.Len()) {
			t.Fatalf("other data, or %d bytes taken", n)
		}
		raw := make([]byte, len(want)+inflate.Slop)
		m, rawErr := d.DecodeRaw(raw, len(want), stream)
		if (rawErr == nil) != (err == nil) || err == nil && (m != n-2 || !bytes.Equal(raw[:len(want)], got)) {
			t.Fatalf("raw: error %v, %d bytes taken, or other data", rawErr, m)
		}
		dst := make([]byte, 40+inflate.Slop)
		if k, err := d.Prefix(dst, 40, src); err == nil && wantErr == nil && !bytes.Equal(dst[:k], want[:min(40, len(want))]) {
			t.Fatal("other prefix")
		}
	})
}
