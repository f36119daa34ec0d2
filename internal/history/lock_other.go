//go:build !unix

package history

import "os"

// tryLock does nothing where there is no such lock; the data folder's own lock keeps a second process out.
func tryLock(*os.File) error { return nil }

func unlock(*os.File) error { return nil }
