package similarity

// target is a file whose origin is looked for.
type target[ID comparable] struct {
	*Sources[ID]
	file      File[ID]
	size      int64
	signature *Signature // nil until needed
	unsigned  bool       // it has none
	scores    map[int]int
}

// score compares one source with the target. Each is compared once.
func (t *target[ID]) score(i int) (int, error) {
	if score, known := t.scores[i]; known {
		return score, nil
	}
	score, err := t.compare(i)
	if t.scores == nil {
		t.scores = make(map[int]int)
	}
	t.scores[i] = score
	return score, err
}

func (t *target[ID]) compare(i int) (int, error) {
	if !regular(t.files[i].Mode) {
		return 0, nil
	}
	size, err := t.blobs.Size(t.files[i].Blob)
	if err != nil || size <= 0 || bound(size, t.size) < MinScore {
		return 0, err
	}
	if t.signature == nil && !t.unsigned {
		var err error
		if t.signature, err = t.blobs.Signature(t.file.Blob); err != nil {
			return 0, err
		}
		t.unsigned = t.signature == nil
	}
	if t.unsigned {
		return 0, nil
	}
	src, err := t.blobs.Signature(t.files[i].Blob)
	if err != nil || src == nil {
		return 0, err
	}
	if err := t.budget.spend(len(src.parts) + len(t.signature.parts)); err != nil {
		return 0, err
	}
	return Score(src, t.signature), nil
}

// sameName returns the only source with the target's base name, if it is similar enough.
func (t *target[ID]) sameName() (Match, error) {
	none := Match{Index: -1}
	i := t.named(baseName(t.file.Path))
	if i < 0 {
		return none, nil
	}
	score, err := t.score(i)
	if err != nil || score < minNameScore {
		return none, err
	}
	return Match{i, score}, nil
}

// candidate is a source with what ranks it.
type candidate struct {
	index, score int
	sameName     bool
}

// better reports whether c ranks strictly before d.
func (c candidate) better(d candidate) bool {
	if c.score != d.score {
		return c.score > d.score
	}
	return c.sameName && !d.sameName
}

// mostSimilar returns the source with the highest score. Sources whose size alone rules them out
// are not read.
func (t *target[ID]) mostSimilar() (Match, error) {
	best, ties, err := t.highest()
	if err != nil || best.score < MinScore {
		return Match{Index: -1}, err
	}
	if ties > 1 {
		if best, err = t.firstInTable(); err != nil {
			return Match{Index: -1}, err
		}
	}
	return Match{best.index, best.score}, nil
}

// highest returns the best candidate, and how many are as good.
func (t *target[ID]) highest() (best candidate, ties int, err error) {
	sizes, err := t.bySize()
	if err != nil {
		return best, 0, err
	}
	for w := newWalk(sizes, t.size); ; {
		s, ok := w.next()
		if limit := bound(s.size, t.size); !ok || limit < MinScore || limit < best.score {
			return best, ties, nil
		}
		c, err := t.candidate(s.index)
		if err != nil {
			return best, 0, err
		}
		switch {
		case c.better(best):
			best, ties = c, 1
		case !best.better(c):
			ties++
		}
	}
}

func (t *target[ID]) candidate(i int) (candidate, error) {
	score, err := t.score(i)
	same := baseName(t.files[i].Path) == baseName(t.file.Path)
	return candidate{index: i, score: score, sameName: same}, err
}

// firstInTable settles a tie as git does. It keeps the best four candidates in a table, in which a
// newcomer replaces the first of the worst, and takes the first of the best in the end. Sources
// that cannot be compared take part with a score of 0.
func (t *target[ID]) firstInTable() (candidate, error) {
	var table []candidate
	for i := range t.files {
		c, err := t.candidate(i)
		if err != nil {
			return c, err
		}
		if len(table) < 4 {
			table = append(table, c)
			continue
		}
		worst := 0
		for j := range table {
			if table[worst].better(table[j]) {
				worst = j
			}
		}
		if c.better(table[worst]) {
			table[worst] = c
		}
	}
	best := table[0]
	for _, c := range table[1:] {
		if c.better(best) {
			best = c
		}
	}
	return best, nil
}
