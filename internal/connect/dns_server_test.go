package connect_test

import (
	"context"
	"net"
	"testing"
)

// dnsServer is a name server of the test's own that answers every question in one way: with an RCODE of
// RFC 1035 and no record, or not at all. It gives what looks names up there.
func dnsServer(t *testing.T, rcode byte, silent bool) func(context.Context, string) ([]string, error) {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		question := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(question)
			if err != nil {
				return
			}
			if answer := answerTo(question[:n], rcode); !silent && answer != nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	return resolver.LookupHost
}

// answerTo repeats a question with the header of an answer that holds no record.
func answerTo(question []byte, rcode byte) []byte {
	const header = 12
	end := header
	for end < len(question) && question[end] != 0 { // the labels of the name
		end += int(question[end]) + 1
	}
	end += 5 // the root, the type and the class
	if end > len(question) {
		return nil
	}
	answer := append([]byte(nil), question[:end]...)
	answer[2], answer[3] = 0x81, 0x80|rcode // an answer, with recursion
	copy(answer[4:header], []byte{0, 1, 0, 0, 0, 0, 0, 0})
	return answer
}
