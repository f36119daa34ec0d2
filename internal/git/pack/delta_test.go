package pack

import (
	"bytes"
	"testing"
)

// slowDelta is applyDelta told in the plainest way.
func slowDelta(base, delta []byte) (out []byte, ok bool) {
	for i := 0; i < len(delta); {
		op := delta[i]
		i++
		if op < 0x80 {
			if op == 0 || i+int(op) > len(delta) {
				return nil, false
			}
			out = append(out, delta[i:i+int(op)]...)
			i += int(op)
			continue
		}
		var operands [7]int
		for bit := range operands {
			if op&(1<<bit) != 0 {
				if i >= len(delta) {
					return nil, false
				}
				operands[bit] = int(delta[i])
				i++
			}
		}
		from := operands[0] + operands[1]<<8 + operands[2]<<16 + operands[3]<<24
		n := operands[4] + operands[5]<<8 + operands[6]<<16
		if n == 0 {
			n = 65536
		}
		if from+n > len(base) || len(out)+n > 1<<20 {
			return nil, false
		}
		out = append(out, base[from:from+n]...)
	}
	return out, true
}

func FuzzApplyDelta(f *testing.F) {
	f.Add([]byte("some base text"), []byte{4, 'a', 'b', 'c', 'd', 0x91, 5, 4, 0x90, 3})
	f.Add(bytes.Repeat([]byte("x"), 70000), []byte{0x80, 0xb1, 1, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6, 7})
	f.Fuzz(func(t *testing.T, base, delta []byte) {
		want, ok := slowDelta(base, delta)
		memory := bytes.Repeat([]byte{0xee}, len(want)+64)
		got := memory[:len(want)]
		if applyDelta(got, base, delta) != ok || ok && !bytes.Equal(got, want) {
			t.Fatalf("got %q, want %q, %v", got, want, ok)
		}
		if !bytes.Equal(memory[len(want):], bytes.Repeat([]byte{0xee}, 64)) {
			t.Fatal("wrote behind the end")
		}
		if ok && applyDelta(make([]byte, len(want)+1), base, delta) {
			t.Fatal("a result of the wrong size was accepted")
		}
	})
}

func FuzzDeltaSizes(f *testing.F) {
	f.Add([]byte{0x80, 1, 5, 9})
	f.Fuzz(func(t *testing.T, delta []byte) {
		_, _, rest, ok := deltaSizes(delta)
		if ok && !bytes.HasSuffix(delta, rest) {
			t.Fatal("the rest is not the rest")
		}
	})
}
