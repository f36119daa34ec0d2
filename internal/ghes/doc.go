// Package ghes is a small GitHub Enterprise Server: REST, GraphQL, web pages and git over HTTPS,
// served from data in memory and bare repositories on disk. It plays the stranger's server in
// tests and in `weir demo`, and imports nothing of Weir's, so that it cannot agree with the client
// by sharing its mistakes.
//
// # Use
//
// Fill a World, start a Server on it, and point a client at its address with its CA:
//
//	world := ghes.NewWorld()
//	world.AddUser(ghes.User{Login: "mona", Name: "Mona Lisa", Password: "correct horse"})
//	world.AddOrganization(ghes.Organization{Login: "acme", Name: "Acme"})
//	world.SetMember("acme", ghes.Member{Login: "mona", Role: ghes.RoleAdmin})
//	world.AddRepo(ghes.Repo{Owner: "acme", Name: "web", Visibility: ghes.Private, GitDir: dir})
//	token := world.AddToken(ghes.Token{Login: "mona", Scopes: []string{"repo", "read:org"}})
//
//	server := ghes.New(ghes.Options{World: world})
//	if err := server.Start(ctx, "localhost:0"); err != nil { ... }
//	defer server.Close()
//	// server.URL() is https://localhost:PORT, server.CAPEM() its certificate authority.
//
// Everything in a World may be added and changed while the server runs. How the server behaves as
// a whole (private mode, limits, sign-in, services off) is in Settings and may be changed by
// Configure. What goes wrong is asked for by Faults. Requests gives every request that arrived,
// without secrets, so that a test can assert what a client did and did not ask.
//
// WorldFromDir serves a folder of bare repositories; subpackage generate makes organizations up:
//
//	org, err := generate.Demo(ctx, generate.Options{Dir: dir, Seed: 1, Now: now})
//	world := org.World() // everybody's password is generate.Password
//	token := world.AddToken(ghes.Token{Login: org.Owner(), Scopes: []string{"repo", "read:org"}})
//
// Something goes wrong by a rule, here the third and fourth request below /api/v3:
//
//	server.Faults.Add(ghes.Fault{Path: "/api/v3/**", Skip: 2, Times: 2, Effect: ghes.BadGateway()})
//
// # What it answers
//
// /api/v3 (REST), /api/graphql, /OWNER/REPO.git (smart HTTP, read only), and the web pages that a
// person or a lost client meets: /, /login, /OWNER, /OWNER/REPO. Somebody who signs in there can
// register an OAuth application and authorize it, create a GitHub App from a manifest and install
// it; tokens of both then act as on the real server. Each fact about the real server that it
// imitates is a test that carries the mark of its source.
//
// Pull requests and issues are added whole by World.AddIssue, whose Pull makes it the former:
//
//	world.AddIssue("acme/web", ghes.Issue{Author: "mona", Title: "Keep carts", Pull: &ghes.PullRequest{
//		HeadRef: "keep-carts", HeadSHA: head, BaseSHA: base,
//		Reviews: []ghes.Review{{Author: "hubot", State: ghes.Approved, SubmittedAt: at}},
//	}})
//
// What GraphQL cannot answer because a world does not hold it ends in an error NOT_IMPLEMENTED.
//
// # Who acts, and who hears of it
//
// AddIssue and its likes set a scene silently. A Person acts: the world changes as the real server's
// would, with real commits where git is concerned, UpdatedAt moves where it moves, and the hooks of the
// organization, of the repo and of the apps installed there are told by HTTP:
//
//	mona := server.World.As("mona")
//	mona.Push(ctx, "acme/web", "keep-carts", ghes.Change{Message: "Keep carts", Files: files})
//	n, err := mona.OpenPull(ctx, "acme/web", ghes.Opening{Title: "Keep carts", Head: "keep-carts"})
//	server.World.As("hubot").Review("acme/web", n, ghes.Verdict{State: ghes.Approved})
//	mona.MergePull(ctx, "acme/web", n, ghes.Squash)
//	err = server.WaitForDeliveries(ctx)
//
// Clients make, change, ping and delete hooks by the API and read their deliveries there; Deliveries
// gives them to tests. AddHookFault loses, delays, repeats or fails deliveries. Nothing is sent twice
// by itself. Snapshot turns a world back, as a restored backup does.
//
// # Much of it
//
// A Source makes issues and pull requests up when they are asked for. generate.Load uses one for
// organizations of three sizes; command ghesd serves them in a process of its own.
package ghes
