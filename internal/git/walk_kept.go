package git

// KeptCommits holds the bytes of commits that Ancestry read to find their parents, for who reads the rest of them soon
// after. They stand one after the other in blocks, each of which is let go when the last of its commits was taken.
type KeptCommits struct {
	room   int64 // bytes that may still be kept
	blocks []keptBlock
	places []keptPlace // of each commit of the graph
	nodes  []int32     // of each commit of the order
}

type keptBlock struct {
	data []byte
	left int32 // commits that were not taken
}

// keptPlace is where the bytes of a commit stand; size is 0 for one that is not kept.
type keptPlace struct{ block, at, size uint32 }

// keptBlockSize is the size of a block, unless a single commit is larger.
const keptBlockSize = 64 << 10

// Take gives the bytes of commit i of the order, nil when they are not kept or were taken before.
func (k *KeptCommits) Take(i int) []byte {
	n := int(k.nodes[i])
	if n >= len(k.places) || k.places[n].size == 0 {
		return nil
	}
	p := k.places[n]
	k.places[n].size = 0
	b := &k.blocks[p.block]
	data := b.data[p.at : p.at+p.size : p.at+p.size]
	if b.left--; b.left == 0 {
		b.data = nil
	}
	return data
}

// add keeps the bytes of a commit of the graph, if there is room. Commits come in the order of the graph, not all of
// them.
func (k *KeptCommits) add(node int, data []byte) {
	last := len(k.blocks) - 1
	if last < 0 || cap(k.blocks[last].data)-len(k.blocks[last].data) < len(data) {
		size := max(keptBlockSize, len(data))
		if k.room -= int64(size); k.room < 0 {
			k.room = 0
			return
		}
		k.blocks = append(k.blocks, keptBlock{data: make([]byte, 0, size)})
		last++
	}
	for len(k.places) < node {
		k.places = append(k.places, keptPlace{})
	}
	b := &k.blocks[last]
	k.places = append(k.places, keptPlace{uint32(last), uint32(len(b.data)), uint32(len(data))})
	b.data = append(b.data, data...)
	b.left++
}
