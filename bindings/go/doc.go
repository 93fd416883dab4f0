// Package hfhub is the Hugging Face Hub client libhfhub for Go.
//
// A Session holds the settings; its methods do the work. Every slow method takes a context first, and cancelling the context
// cancels the work itself: when the method returns nothing goes on behind it. Waiting costs no thread, so a thousand
// downloads may wait at once.
//
//	session, err := hfhub.NewSession(nil)
//	if err != nil {
//		return err
//	}
//	defer session.Close()
//	file, err := session.DownloadFile(ctx, "openai-community/gpt2", "config.json", nil)
//	if err != nil {
//		return err
//	}
//	fmt.Println(file.Path)
//
// Beside each slow method M there is StartM, which returns an Op at once: for progress, and for work that is started in one
// place and awaited in another.
//
// Errors are of type *Error with all that is known about them; errors.Is compares them with this package's Err constants
// and, where that fits, with fs.ErrNotExist, fs.ErrPermission, context.Canceled and context.DeadlineExceeded.
//
// What has a Close method is freed by it, or by the garbage collector some time after it was forgotten. All types may be
// used by several goroutines at once unless their comment says otherwise.
package hfhub
