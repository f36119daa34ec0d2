package inflate_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"weir/internal/git/pack/inflate"
)

// decode runs the decoder on memory of its own and checks that it writes no further than it may.
func decode(t interface{ Fatal(...any) }, d *inflate.Decoder, src []byte, size int) ([]byte, int, error) {
	dst := make([]byte, size+inflate.Slop+8)
	guard := dst[size+inflate.Slop:]
	n, err := d.Decode(dst, size, src)
	if !bytes.Equal(guard, make([]byte, 8)) {
		t.Fatal("wrote behind the slop")
	}
	return dst[:size], n, err
}

func compress(data []byte, level int) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return b.Bytes()
}

// randomData makes data that compresses in many ways.
func randomData(r *rand.Rand) []byte {
	data := make([]byte, 0, 1<<17)
	for want := r.IntN(1 << r.IntN(18)); len(data) < want; {
		switch r.IntN(5) {
		case 0:
			for range r.IntN(300) {
				data = append(data, byte(r.IntN(256)))
			}
		case 1:
			data = append(data, bytes.Repeat([]byte{byte(r.IntN(256))}, r.IntN(1000))...)
		case 2:
			for range r.IntN(2000) {
				data = append(data, "etaoin shrdlu\n"[int(14*r.Float64()*r.Float64())])
			}
		default:
			if len(data) > 0 {
				from := r.IntN(len(data))
				data = append(data, data[from:min(len(data), from+r.IntN(400))]...)
			}
		}
	}
	return data
}

func TestDecode(t *testing.T) {
	t.Parallel()
	var d inflate.Decoder
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		data := randomData(r)
		src := compress(data, r.IntN(12)-2)
		tail := make([]byte, r.IntN(20))
		got, n, err := decode(t, &d, append(src, tail...), len(data))
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes: %v", len(data), err)
		}
		if n != len(src)-4 {
			t.Fatalf("took %d bytes, want %d", n, len(src)-4)
		}
		for _, wrong := range []int{len(data) - 1, len(data) + 1, len(data) / 2} {
			if _, _, err := decode(t, &d, src, max(wrong, 0)); wrong >= 0 && wrong != len(data) && !errors.Is(err, inflate.ErrCorrupt) {
				t.Fatalf("%d bytes taken for %d: %v", len(data), wrong, err)
			}
		}
		if cut := len(src) - 5 - r.IntN(len(src)-4); cut > 0 {
			if _, _, err := decode(t, &d, src[:cut], len(data)); err == nil {
				t.Fatalf("no error for %d of %d bytes", cut, len(src))
			}
		}
	})
}

func TestPrefix(t *testing.T) {
	t.Parallel()
	var d inflate.Decoder
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		data := randomData(r)
		src := compress(data, r.IntN(12)-2)
		size := r.IntN(100)
		dst := make([]byte, size+inflate.Slop)
		n, err := d.Prefix(dst, size, src)
		if want := min(size, len(data)); err != nil || n != want || !bytes.Equal(dst[:n], data[:n]) {
			t.Fatalf("got %d bytes, want %d: %v", n, want, err)
		}
	})
}
