package pack

// deltaSizes reads the two numbers in front of a delta: the sizes of its base and of its result.
func deltaSizes(delta []byte) (base, result uint64, rest []byte, ok bool) {
	if base, delta, ok = deltaNumber(delta); ok {
		result, delta, ok = deltaNumber(delta)
	}
	return base, result, delta, ok
}

func deltaNumber(delta []byte) (n uint64, rest []byte, ok bool) {
	for i, c := range delta {
		if i > 8 {
			break
		}
		n |= uint64(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			return n, delta[i+1:], true
		}
	}
	return 0, nil, false
}

// applyDelta follows the instructions of a delta, which begin behind its sizes: copy a part of the
// base, or insert bytes of the delta itself. They must fill dst exactly.
func applyDelta(dst, base, delta []byte) bool {
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		if op&0x80 == 0 {
			n := int(op)
			if n == 0 || n > len(delta) || n > len(dst) {
				return false
			}
			copy(dst, delta[:n])
			dst, delta = dst[n:], delta[n:]
			continue
		}
		from, n, rest, ok := copyRange(op, delta)
		if !ok || from+n > len(base) || n > len(dst) {
			return false
		}
		copy(dst, base[from:from+n])
		dst, delta = dst[n:], rest
	}
	return len(dst) == 0
}

// copyRange reads the operands of a copy instruction: each of the seven low bits of op says whether
// a byte of the offset (four) or the size (three) is there; the others are 0.
func copyRange(op byte, delta []byte) (from, n int, rest []byte, ok bool) {
	var operands uint64
	at := 0
	for bit := range 7 {
		if op>>bit&1 == 0 {
			continue
		}
		if at >= len(delta) {
			return 0, 0, nil, false
		}
		operands |= uint64(delta[at]) << (8 * bit)
		at++
	}
	from, n = int(operands&0xffffffff), int(operands>>32)
	if n == 0 {
		n = 0x10000
	}
	return from, n, delta[at:], true
}
