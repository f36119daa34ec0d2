// Package web shows Weir to people and programs: the pages with their .json and .csv twins, sign-in,
// the set-up of integrations, the import of repos and the reports.
//
// Each page or action is one file, page_*.go, and every handler goes the same way: may this person do it,
// load, check, change, then redirect or render. Handlers return errors; errors.go alone turns them into
// a status and a page. Nothing is computed here: numbers come from report, decisions from access and
// connect, work is handed to jobs.
package web
