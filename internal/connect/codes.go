package connect

import "slices"

// Code names a fault for good: pages, scripts and the documentation refer to it.
type Code string

// CodeInfo documents a Code. Cause and Next may hold {placeholders} that a Fault fills in.
type CodeInfo struct {
	Code   Code
	Stage  StageID
	Status Status
	// Cause is one sentence that says what is wrong, Next one or two that say what to do.
	Cause, Next string
}

// stageImport marks codes that are met while importing rather than by a stage of the diagnosis.
const stageImport StageID = "import"

// Codes is every code there is, in the order of the stages. The documentation is made from it.
var Codes = slices.Concat(addressCodes, networkCodes, tlsCodes, httpCodes, serverCodes, signInCodes, oauthCodes, accountCodes, appCodes, laterCodes, webhookCodes, importCodes)

var codeIndex = indexCodes()

func indexCodes() map[Code]CodeInfo {
	index := make(map[Code]CodeInfo, len(Codes))
	for _, info := range Codes {
		index[info.Code] = info
	}
	return index
}

// Info answers the row of Codes for c; a code that is not there has empty texts.
func (c Code) Info() CodeInfo { return codeIndex[c] }

// NotRun marks the stages after the failure that ended the run.
const NotRun Code = "not_run"

// Faults of stage address.
const (
	AddressEmpty     Code = "address_empty"
	AddressInvalid   Code = "address_invalid"
	AddressScheme    Code = "address_scheme"
	AddressGitHubCom Code = "address_github_com"
	AddressGHECom    Code = "address_ghe_com"
)

var addressCodes = []CodeInfo{
	{
		NotRun, "", StatusSkipped,
		"Not tried, because an earlier stage ended the run.",
		"Mend the stage that failed, then test again.",
	},
	{
		AddressEmpty, StageAddress, StatusFail,
		"There is no address.",
		"Enter the address of your GitHub Enterprise Server, such as https://github.example.com.",
	},
	{
		AddressInvalid, StageAddress, StatusFail,
		"The address cannot be read: {reason}.",
		"Open your GitHub Enterprise Server in a browser and copy the address of any of its pages.",
	},
	{
		AddressScheme, StageAddress, StatusFail,
		"The address begins with {scheme}://, which is not how a GitHub Enterprise Server is reached.",
		"Enter an address that begins with https://.",
	},
	{
		AddressGitHubCom, StageAddress, StatusFail,
		"{host} is the public GitHub.com, not a GitHub Enterprise Server.",
		"Enter the address of your own server. Weir connects to GitHub Enterprise Server only; if your organization is on GitHub.com, there is nothing to connect here.",
	},
	{
		AddressGHECom, StageAddress, StatusFail,
		"{host} is GitHub Enterprise Cloud with data residency, not a GitHub Enterprise Server.",
		"Enter the address of a server that your company runs itself. Weir connects to GitHub Enterprise Server only.",
	},
}
