package ingest

import "testing"

// However many replays run at once, together they get the ceiling and no more.
func TestReplaysShareTheCeiling(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{}, {Workers: 1, MemoryLimit: 64 << 20}, {Workers: 2, MemoryLimit: 1 << 30}, {Workers: 7, MemoryLimit: 100 << 20}} {
		in := New(o)
		part := in.memoryOfOne()
		if together := part * int64(in.Workers); together > in.MemoryLimit || together < in.MemoryLimit-int64(in.Workers) {
			t.Errorf("%d workers get %d bytes each of %d", in.Workers, part, in.MemoryLimit)
		}
	}
	if in := New(Options{}); in.Workers != 2 || in.MemoryLimit != 1<<30 {
		t.Errorf("%d workers and %d bytes when nothing is set; the jobs have 2 workers then", in.Workers, in.MemoryLimit)
	}
}
