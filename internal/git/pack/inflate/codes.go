package inflate

// Meanings of the symbols of the three codes of RFC 1951.
var (
	literalMeaning  = literalMeanings()
	distanceMeaning = distanceMeanings()
	lengthMeaning   = lengthMeanings()
)

// lengthOrder is the order in which the lengths of the code for code lengths are stored.
var lengthOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

func literalMeanings() (m [288]entry) {
	for i := range 256 {
		m[i] = isLiteral | entry(i)<<valueAt
	}
	m[256] = isEnd
	length := 3
	for i := 257; i < 285; i++ {
		extra := max(0, (i-257)/4-1)
		m[i] = entry(extra)<<4 | entry(length)<<valueAt
		length += 1 << extra
	}
	m[285] = 258 << valueAt
	m[286], m[287] = isInvalid, isInvalid
	return m
}

func distanceMeanings() (m [32]entry) {
	distance := 1
	for i := range 30 {
		extra := max(0, i/2-1)
		m[i] = entry(extra)<<4 | entry(distance)<<valueAt
		distance += 1 << extra
	}
	m[30], m[31] = isInvalid, isInvalid
	return m
}

func lengthMeanings() (m [19]entry) {
	for i := range m {
		m[i] = entry(i) << valueAt
	}
	return m
}

// useFixed sets the tables to the fixed codes.
func (d *Decoder) useFixed() {
	if d.fixed {
		return
	}
	d.fixed = true
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	d.literals.build(lengths[:], literalMeaning[:], false)
	var distances [32]uint8
	for i := range distances {
		distances[i] = 5
	}
	d.distances.build(distances[:], distanceMeaning[:], false)
}

// readCodes sets the tables to the codes at the start of a dynamic block.
func (d *Decoder) readCodes(in *reader) bool {
	d.fixed = false
	literals := int(in.take(5)) + 257
	distances := int(in.take(5)) + 1
	stored := int(in.take(4)) + 4
	if literals > 286 || distances > 30 {
		return false
	}
	var lengths [19]uint8
	for i := range stored {
		if i == 8 {
			in.fill()
		}
		lengths[lengthOrder[i]] = uint8(in.take(3))
	}
	in.fill()
	// the distances' table is free: it lends its memory to the code for code lengths
	if !d.distances.build(lengths[:], lengthMeaning[:], false) || !d.readLengths(in, literals+distances) {
		return false
	}
	all := d.lengths[:literals+distances]
	return all[256] != 0 &&
		d.literals.build(all[:literals], literalMeaning[:], true) &&
		d.distances.build(all[literals:], distanceMeaning[:], true)
}

// readLengths reads n code lengths.
func (d *Decoder) readLengths(in *reader, n int) bool {
	for i := 0; i < n; {
		if in.n < 14 {
			in.fill()
		}
		e := d.distances.entries[in.bits&d.distances.mask]
		in.take(uint(e & codeBits))
		symbol := uint8(e >> valueAt)
		if symbol < 16 {
			d.lengths[i] = symbol
			i++
			continue
		}
		var value uint8
		var times int
		switch symbol {
		case 16:
			if i == 0 {
				return false
			}
			value, times = d.lengths[i-1], 3+int(in.take(2))
		case 17:
			times = 3 + int(in.take(3))
		default:
			times = 11 + int(in.take(7))
		}
		if i+times > n {
			return false
		}
		for range times {
			d.lengths[i] = value
			i++
		}
	}
	return !in.overrun()
}
