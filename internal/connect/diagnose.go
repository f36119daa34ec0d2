package connect

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// Diagnose finds out whether a target can be used, stage by stage, and says what stands in the way.
// Up to sign-in the first failure ends the run; the stages after it all run. It only reads. The report
// is never nil and holds no secret.
func Diagnose(ctx context.Context, target Target, o Options) *Report {
	if Why(ctx) == "" {
		ctx = WithWhy(ctx, "test connection")
	}
	d := &diagnosis{
		target: target, options: o.withDefaults(),
		report: &Report{Address: Address{}.Base, Stages: []Stage{}, Services: []ServiceRow{}},
	}
	d.network = newNetwork(d.options)
	for _, step := range d.steps() {
		d.run(ctx, step)
	}
	d.close()
	d.conclude()
	return d.report
}

// diagnosis is one run; stages leave in it what later ones need.
type diagnosis struct {
	target  Target
	options Options
	network network
	report  *Report
	stopped bool

	address Address
	proxy   *url.URL
	// anonymous carries no credential; signed does, from stage signin on.
	anonymous, signed *Transport
	meta              *Answer
	metaErr           error
	version           string
	user              *userAnswer
	userAnswer        *Answer
	orgs              []orgSeen
	// suspended are organizations that keep the GitHub App from reading.
	suspended []string
	repo      *repoSeen
	// appWebhook says how the GitHub App's own webhook is; with appWebhookOff, why it cannot be had.
	appWebhook    string
	appWebhookOff bool
}

// step is a stage as it is run.
type step struct {
	id  StageID
	run func(context.Context) outcome
	// gate says that a failure ends the run.
	gate bool
}

// outcome is how a stage went: well, with a detail, or a fault.
type outcome struct {
	fault  *Fault
	detail string
}

func fine(detail string) outcome { return outcome{detail: detail} }

func bad(f *Fault) outcome { return outcome{fault: f, detail: f.Detail} }

func (d *diagnosis) steps() []step {
	return []step{
		{StageAddress, d.checkAddress, true},
		{StageProxy, d.checkProxy, true},
		{StageDNS, d.checkDNS, true},
		{StageTCP, d.checkTCP, true},
		{StageTLS, d.checkTLS, true},
		{StageHTTP, d.checkHTTP, true},
		{StageGitHub, d.checkGitHub, true},
		{StageVersion, d.checkVersion, true},
		{StageClock, d.checkClock, true},
		{StageSignIn, d.checkSignIn, true},
		{StageScopes, d.checkScopes, false},
		{StageOrganizations, d.checkOrganizations, false},
		{StageLimits, d.checkLimits, false},
		{StageGraphQL, d.checkGraphQL, false},
		{StageGit, d.checkGit, false},
		{StageWebhook, d.checkWebhook, false},
	}
}

func (d *diagnosis) run(ctx context.Context, s step) {
	if d.stopped {
		d.add(s.id, outcome{fault: fault(NotRun, nil)}, 0)
		return
	}
	began := d.options.Now()
	out := s.run(ctx)
	d.add(s.id, out, d.options.Now().Sub(began).Milliseconds())
	d.stopped = s.gate && out.fault != nil && out.fault.Status == StatusFail
}

func (d *diagnosis) add(id StageID, out outcome, tookMS int64) {
	stage := Stage{Stage: id, Status: StatusOK, TookMS: max(tookMS, 0), Detail: out.detail}
	if out.fault != nil {
		stage.explain(out.fault)
	}
	d.report.Stages = append(d.report.Stages, stage)
}

func (s *Stage) explain(f *Fault) {
	s.Status, s.Code, s.Cause, s.Next = f.Status, f.Code, f.Cause, f.Next
	if f.Detail != "" {
		s.Detail = f.Detail
	}
}

// amend gives a stage that went well a warning found out later.
func (d *diagnosis) amend(f *Fault) {
	for i := range d.report.Stages {
		if s := &d.report.Stages[i]; s.Stage == f.Stage && (s.Status == StatusOK || s.Status == StatusWarn) {
			s.explain(f)
		}
	}
}

// values are what every text may speak of.
func (d *diagnosis) values() values {
	return d.address.values().with("now", instant(d.options.Now()))
}

func (d *diagnosis) close() {
	for _, t := range []*Transport{d.anonymous, d.signed} {
		if t != nil {
			t.CloseIdleConnections()
		}
	}
}

// notCredentials are failures of signing in that say nothing about the credential.
var notCredentials = []Code{
	SignInServerError, SignInMaintenance, SignInLost, SignInLimited, SignInUnreadable, SignInBlockedPage,
	SignInOAuthLost, SignInOAuthUnreadable, SignInAppLost, SignInAppUnreadable,
}

// conclude draws the result from the stages and takes out whatever a server may have echoed.
func (d *diagnosis) conclude() {
	r := d.report
	d.notePrivateHosts()
	r.Services = d.services()
	r.Result = d.result()
	scrub := scrubber(d.target)
	for i := range r.Stages {
		s := &r.Stages[i]
		s.Cause, s.Next, s.Detail = scrub.Replace(s.Cause), scrub.Replace(s.Next), scrub.Replace(s.Detail)
	}
	for i := range r.Services {
		r.Services[i].Reason = scrub.Replace(r.Services[i].Reason)
	}
}

func (d *diagnosis) result() Result {
	for _, s := range d.report.Stages {
		switch {
		case s.Status != StatusFail:
		case s.Stage == StageSignIn && !slices.Contains(notCredentials, s.Code):
			return ResultAuthorizationFailed
		case slices.Index(Stages, s.Stage) <= slices.Index(Stages, StageSignIn):
			return ResultCouldNotConnect
		default:
			return ResultLimited
		}
	}
	if slices.ContainsFunc(d.report.Services, func(s ServiceRow) bool { return !s.Available }) {
		return ResultLimited
	}
	return ResultOK
}

func (d *diagnosis) notePrivateHosts() {
	for _, t := range []*Transport{d.anonymous, d.signed} {
		if t != nil {
			d.report.PrivateHosts = append(d.report.PrivateHosts, t.PrivateHosts()...)
		}
	}
	slices.Sort(d.report.PrivateHosts)
	d.report.PrivateHosts = slices.Compact(d.report.PrivateHosts)
	if len(d.report.PrivateHosts) > 0 {
		d.amend(fault(GitHubPrivateHost, d.values().with("named", strings.Join(d.report.PrivateHosts, " and "))))
	}
}

// transportFault is the fault of a request without an answer, for a stage that has no code of its own for it.
func (d *diagnosis) transportFault(err error) *Fault {
	f := FaultOf(err, d.address)
	var limited *RateLimitError
	var large *BodyTooLargeError
	switch {
	case errors.As(err, &limited):
		return fault(HTTPLimited, d.values().with("until", until(limited))).because(err)
	case errors.As(err, &large):
		return fault(HTTPTooLarge, d.values()).because(err)
	}
	return f
}
