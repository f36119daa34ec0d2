package generate

// repoPlan is what a repository is to become.
type repoPlan struct {
	name, description, language string
	internal                    bool
	// team is who works there and which part of their time.
	team map[string]float64
	// squash, rebase and direct are shares: of pull requests merged that way, and of commits that
	// go to the main branch without one.
	squash, rebase, direct float64
	// folders are where source files live.
	folders []string
	// vendored adds a folder of somebody else's code; mailmap and attributes the files that say
	// who is who and what is generated; outlier one commit of thousands of lines.
	vendored, mailmap, attributes, outlier bool
}

func demoPlan() plan {
	return plan{
		login: "harbour", name: "Harbour Works", days: 365,
		description: "Makes and moves things by sea. A made-up organization.",
		people:      roster(),
		repos: []repoPlan{
			{
				name: "checkout", description: "Orders, payments and refunds", language: "Go",
				team:   map[string]float64{"lena": .8, "jonas": .7, "priya": .4, "ben": .3, "amara": .3},
				squash: .25, direct: .1, vendored: true, mailmap: true, attributes: true,
				folders: []string{"internal/order", "internal/payment", "internal/refund", "cmd/checkout"},
			},
			{
				name: "storefront", description: "What customers see", language: "TypeScript",
				team:   map[string]float64{"yuki": .9, "sofia": .9, "mateo": .5, "grace": .3},
				squash: .8, direct: .05, outlier: true,
				folders: []string{"src/components", "src/pages", "src/cart", "src/api"},
			},
			{
				name: "warehouse", description: "Stock, pallets and carriers", language: "Java",
				team:   map[string]float64{"tom": .8, "nadia": .8, "omar": .5},
				squash: .1, direct: .15, mailmap: true,
				folders: []string{"src/main/java/example/stock", "src/main/java/example/carrier",
					"src/test/java/example/stock"},
			},
			{
				name: "forecast", description: "How much will be needed, and where", language: "Python",
				team:   map[string]float64{"priya": .6, "grace": .6, "omar": .3},
				squash: .5, direct: .25, internal: true,
				folders: []string{"forecast/models", "forecast/features", "tests"},
			},
			{
				name: "platform", description: "Servers, pipelines and tools", language: "Shell",
				team:   map[string]float64{"ben": .7, "jonas": .3, "tom": .2, "amara": .4, "mateo": .3},
				squash: .2, rebase: .5, direct: .3, outlier: true,
				folders: []string{"bin", "deploy", "pipelines"},
			},
			{
				name: "handbook", description: "How we work", language: "Markdown", internal: true,
				team: map[string]float64{"amara": .3, "lena": .2, "nadia": .2, "yuki": .1, "mateo": .2,
					"omar": .2, "sofia": .1},
				squash: .6, direct: .4,
				folders: []string{"guides", "decisions", "onboarding"},
			},
		},
	}
}

func smallPlan() plan {
	everybody := roster()
	return plan{
		login: "harbour", name: "Harbour Works", days: 42, description: "A small made-up organization.",
		people: []Person{everybody[0], everybody[1], everybody[3], everybody[12]},
		repos: []repoPlan{
			{
				name: "checkout", description: "Orders, payments and refunds", language: "Go",
				team:   map[string]float64{"amara": .3, "lena": .4, "priya": .3},
				squash: .3, direct: .2, mailmap: true,
				folders: []string{"internal/order", "cmd/checkout"},
			},
			{
				name: "handbook", description: "How we work", language: "Markdown", internal: true,
				team:   map[string]float64{"amara": .2, "priya": .1},
				squash: .5, direct: .5, folders: []string{"guides"},
			},
		},
	}
}
