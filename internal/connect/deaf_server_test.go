package connect_test

import (
	"context"
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"
)

// deafServer is a port that takes no more connections and does not say so: its queue is full, so that the
// kernel drops what else arrives, as a firewall does.
func deafServer(t *testing.T) (hostPort string) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	port := at.(*syscall.SockaddrInet4).Port
	hostPort = fmt.Sprintf("127.0.0.1:%d", port)
	for { // fill the queue until one waits in vain
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", hostPort)
		cancel()
		if err != nil {
			return hostPort
		}
		t.Cleanup(func() { conn.Close() })
	}
}
