package connect

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// minimumVersion is the oldest whose GraphQL schema Weir's queries are checked against.
const minimumVersion = "3.4"

// endOfSupport says until when GitHub supports each release, from GitHub's own list of releases.
var endOfSupport = map[string]time.Time{
	"3.14": date(2026, time.April, 23), "3.15": date(2026, time.April, 23), "3.16": date(2026, time.June, 25),
	"3.17": date(2026, time.August, 25), "3.18": date(2026, time.October, 14), "3.19": date(2026, time.December, 9),
	"3.20": date(2027, time.March, 17), "3.21": date(2027, time.June, 11), "3.22": date(2027, time.August, 25),
	"3.23": date(2027, time.December, 8),
}

// oldestListed is the first release in endOfSupport; GitHub supports none before it.
const oldestListed = "3.14"

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// checkVersion judges the server's version. In private mode it is not told before sign-in; noteVersion
// then judges it.
func (d *diagnosis) checkVersion(context.Context) outcome {
	if d.version == "" {
		return bad(fault(VersionUnknown, nil))
	}
	if f := d.versionFault(); f != nil {
		return bad(f)
	}
	return fine("GitHub Enterprise Server " + d.version + " is supported by GitHub.")
}

func (d *diagnosis) versionFault() *Fault {
	v := d.values().with("version", d.version, "minimum", minimumVersion, "since", "")
	release := releaseOf(d.version)
	if olderThan(release, minimumVersion) {
		return fault(VersionTooOld, v)
	}
	if olderThan(release, oldestListed) {
		return fault(VersionOutOfSupport, v)
	}
	end, listed := endOfSupport[release]
	if listed && d.options.Now().After(end) {
		return fault(VersionOutOfSupport, v.with("since", " since "+end.Format("2 Jan 2006")))
	}
	return nil
}

// noteVersion takes the version from an answer to somebody who signed in. It answers a fault when the
// version ends the run after all.
func (d *diagnosis) noteVersion(a *Answer) *Fault {
	if d.version != "" || a.ServerVersion() == "" {
		return nil
	}
	d.version = a.ServerVersion()
	d.report.Version = d.version
	f := d.versionFault()
	for i := range d.report.Stages {
		if s := &d.report.Stages[i]; s.Stage == StageVersion {
			*s = Stage{Stage: StageVersion, Status: StatusOK, TookMS: s.TookMS, Detail: "GitHub Enterprise Server " + d.version + ", as told after sign-in."}
			if f != nil {
				s.explain(f)
			}
		}
	}
	return f
}

// releaseOf cuts 3.19.1 to 3.19.
func releaseOf(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + parts[1]
}

func olderThan(release, other string) bool {
	major, minor := numbers(release)
	otherMajor, otherMinor := numbers(other)
	return major < otherMajor || major == otherMajor && minor < otherMinor
}

func numbers(release string) (major, minor int) {
	before, after, _ := strings.Cut(release, ".")
	major, _ = strconv.Atoi(before)
	minor, _ = strconv.Atoi(after)
	return major, minor
}
