package store

import (
	"context"
	"fmt"
	"slices"

	"weir/internal/facts"
)

// changed notes that something of items was saved, so that they are judged again.
func (t *Tx) changed(ctx context.Context, repo facts.RepoID, numbers []int, tables ...string) error {
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	for some := range slices.Chunk(numbers, itemsAtOnce) {
		for _, table := range tables {
			s := &statement{}
			s.where("repo_id = ?", repo)
			whereIn(s, "number", some)
			if _, err := t.exec(ctx, fmt.Sprintf("note changes of %s of repo=%d", table, repo),
				`UPDATE `+table+` SET changes = changes + 1`+s.clause(), s.args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// numbersOf gives the number of the item that each part belongs to.
func numbersOf[T any](all []T, number func(*T) int) []int {
	numbers := make([]int, len(all))
	for i := range all {
		numbers[i] = number(&all[i])
	}
	return numbers
}
