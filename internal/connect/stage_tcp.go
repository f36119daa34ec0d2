package connect

import (
	"context"
	"strings"
	"sync"
)

// checkTCP opens a connection to each of the server's addresses: one dead among several costs time
// whenever it is tried first.
func (d *diagnosis) checkTCP(ctx context.Context) outcome {
	if d.proxy != nil {
		return bad(fault(TCPByProxy, nil))
	}
	addresses, err := d.network.addresses(ctx, d.address.Host)
	if err != nil {
		return bad(FaultOf(err, d.address))
	}
	addresses = addresses[:min(len(addresses), 8)]
	problems := d.dialAll(ctx, addresses)
	var dead []string
	for i, problem := range problems {
		if problem != nil {
			dead = append(dead, addresses[i]+" ("+tcpReason(problem)+")")
		}
	}
	switch len(dead) {
	case 0:
		return fine("Port " + d.address.Port + " is open on " + strings.Join(addresses, ", ") + ".")
	case len(addresses):
		return bad(tcpFault(problems[0], d.values()).saw("%s", strings.Join(dead, ", ")))
	default:
		return bad(fault(TCPPartly, d.values().with("addresses", strings.Join(dead, ", "))))
	}
}

func (d *diagnosis) dialAll(ctx context.Context, addresses []string) []error {
	problems := make([]error, len(addresses))
	var all sync.WaitGroup
	for i, ip := range addresses {
		all.Go(func() {
			conn, err := d.network.one(ctx, ip, d.address.Port)
			if err == nil {
				conn.Close()
			}
			problems[i] = err
		})
	}
	all.Wait()
	return problems
}
