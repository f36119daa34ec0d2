package connect

// Faults of the stages github, version and clock.
const (
	GitHubGitLab      Code = "github_gitlab"
	GitHubGitea       Code = "github_gitea"
	GitHubBitbucket   Code = "github_bitbucket"
	GitHubOtherServer Code = "github_other_server"
	GitHubDotCom      Code = "github_dotcom"
	GitHubPrivateHost Code = "github_private_host"

	VersionTooOld       Code = "version_too_old"
	VersionOutOfSupport Code = "version_out_of_support"
	VersionUnknown      Code = "version_unknown"

	ClockSkew    Code = "clock_skew"
	ClockUnknown Code = "clock_unknown"
)

var serverCodes = []CodeInfo{
	{
		GitHubGitLab, StageGitHub, StatusFail,
		"This is a GitLab server, not GitHub Enterprise Server.",
		"Enter the address of a GitHub Enterprise Server. Weir does not read GitLab.",
	},
	{
		GitHubGitea, StageGitHub, StatusFail,
		"This is a {product} server, not GitHub Enterprise Server.",
		"Enter the address of a GitHub Enterprise Server. Weir does not read {product}.",
	},
	{
		GitHubBitbucket, StageGitHub, StatusFail,
		"This is a Bitbucket server, not GitHub Enterprise Server.",
		"Enter the address of a GitHub Enterprise Server. Weir does not read Bitbucket.",
	},
	{
		GitHubOtherServer, StageGitHub, StatusFail,
		"A web server answers, but it is not GitHub ({server}).",
		"Check the address: open it in a browser and see whether GitHub's sign-in page shows. With several names for one machine, use the one that people use.",
	},
	{
		GitHubDotCom, StageGitHub, StatusFail,
		"GitHub answers, but it is the public GitHub.com and not a GitHub Enterprise Server.",
		"Enter the address of your own server; this one leads to GitHub.com.",
	},
	{
		GitHubPrivateHost, StageGitHub, StatusWarn,
		"The server calls itself {named} in its answers, not {host}.",
		"Nothing has to be done: Weir keeps to {address} and rewrites such links. To end it, set the server's host name to {host} (Management Console, Hostname).",
	},
	{
		VersionTooOld, StageVersion, StatusFail,
		"GitHub Enterprise Server {version} is too old: Weir needs {minimum} or newer.",
		"Ask whoever runs the server to upgrade it; GitHub supports releases for about a year.",
	},
	{
		VersionOutOfSupport, StageVersion, StatusWarn,
		"GitHub Enterprise Server {version} is no longer supported by GitHub{since}.",
		"Weir works with it. Plan an upgrade, because security fixes are no longer made for it.",
	},
	{
		VersionUnknown, StageVersion, StatusWarn,
		"The server does not say which version it is.",
		"Nothing has to be done: Weir asks the server what it can do instead of going by its version.",
	},
	{
		ClockSkew, StageClock, StatusWarn,
		"The clocks of this machine and the server differ by {skew}: this one says {now}.",
		"Set the clock of the wrong one, best by NTP on both. Sign-in by a GitHub App fails beyond a minute, and times in reports are off by as much.",
	},
	{
		ClockUnknown, StageClock, StatusSkipped,
		"The server's answers do not say what time it is.",
		"Nothing to do.",
	},
}
