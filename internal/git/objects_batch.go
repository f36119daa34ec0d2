package git

import "bufio"

// ReadEach reads many objects, asking for them all at once, and hands each over in the order of hashes. The object's
// data is valid during the call only. err is as in Read when it is Unreadable; any other error ends ReadEach, and so
// does the first error of each.
func (o *ObjectReader) ReadEach(hashes []Hash, each func(i int, obj Object, err error) error) error {
	var buf []byte
	keep := func(i int, obj Object, err error) error {
		if cap(obj.Data) > cap(buf) && cap(obj.Data) <= 1<<20 {
			buf = obj.Data
		}
		return each(i, obj, err)
	}
	for at := 0; at < len(hashes); {
		n, err := o.burst(hashes[at:], &buf, func(i int, obj Object, err error) error { return keep(at+i, obj, err) })
		if err != nil {
			return err
		}
		if at += n; at == len(hashes) {
			break
		}
		// The process died over this one, or before it.
		obj, err := o.Read(hashes[at], buf)
		if err != nil && !Unreadable(err) {
			return err
		}
		if err := keep(at, obj, err); err != nil {
			return err
		}
		at++
	}
	return nil
}

// burst sends all questions while it reads the answers, and tells how many were answered before the process died.
func (o *ObjectReader) burst(
	hashes []Hash, buf *[]byte, each func(i int, obj Object, err error) error,
) (int, error) {
	asked := make(chan struct{})
	in := o.in
	go func() {
		defer close(asked)
		w := bufio.NewWriterSize(in, 4<<10)
		var line []byte
		for _, h := range hashes {
			line = append(h.AppendHex(line[:0]), '\n')
			if _, err := w.Write(line); err != nil {
				return // the reading side sees why
			}
		}
		_ = w.Flush()
	}()
	for i := range hashes {
		obj, err := o.answer(hashes[i], *buf)
		if err != nil && !Unreadable(err) {
			<-asked
			return i, nil
		}
		if err := each(i, obj, err); err != nil {
			// Answers are still under way: this process is of no more use.
			_ = o.Close()
			<-asked
			return i, errorsFirst(err, o.start())
		}
	}
	<-asked
	return len(hashes), nil
}

// errorsFirst gives the first error that is one.
func errorsFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
