//go:build linux && !race

package cli

import "syscall"

// hugePagesFit reports whether so many bytes can be had and backed by huge pages. The heap cannot be asked: it ends the
// program where the kernel refuses.
func hugePagesFit(size int) bool {
	trial, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return false
	}
	defer func() { _ = syscall.Munmap(trial) }()
	return syscall.Madvise(trial, syscall.MADV_HUGEPAGE) == nil
}

// adviseHugePages asks the kernel to back memory by huge pages from its first use on.
func adviseHugePages(memory []byte) { _ = syscall.Madvise(memory, syscall.MADV_HUGEPAGE) }
