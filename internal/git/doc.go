// Package git reads repositories with the git binary, and keeps mirrors of those on a server.
//
// Every run of git is shut off from the machine it happens to be on: no configuration of the system or of a
// user, no hooks, no prompts, no replace refs, no lazy fetches (see run.go). Objects come as a stream from one
// long-lived process (ObjectReader); an object that is missing or damaged is reported for that object alone.
//
// What is read is kept as bytes: names, messages and paths need not be UTF-8. Text makes them fit to be shown.
package git
