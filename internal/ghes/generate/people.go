package generate

// Person is somebody of the organization.
type Person struct {
	Login string
	// Aliases are the names and addresses that the person commits under, the main one first.
	Aliases []Alias
	// Owner of the organization, and Bot for a program.
	Owner, Bot bool
	zone       zone
	// pace is how many commits a working day has.
	pace float64
}

// Alias is a name with an e-mail address, as they stand in commits.
type Alias struct{ Name, Email string }

// Name is the person's main name.
func (p Person) Name() string { return p.Aliases[0].Name }

func person(login, name string, z zone, pace float64, more ...Alias) Person {
	main := Alias{name, login + "@harbour.example"}
	return Person{Login: login, Aliases: append([]Alias{main}, more...), zone: z, pace: pace}
}

// roster is everybody. Two of them commit under three addresses each.
func roster() []Person {
	people := []Person{
		person("amara", "Amara Okafor", zone{60, noSaving}, 1.4),
		person("lena", "Lena Fischer", zone{60, europe}, 2.1),
		person("jonas", "Jonas Lindqvist", zone{60, europe}, 1.7),
		person("priya", "Priya Raman", zone{330, noSaving}, 2.3,
			Alias{"Priya R", "priya.raman@mail.example"}, Alias{"priya", "priya@laptop.local"}),
		person("mateo", "Mateo Álvarez", zone{-180, noSaving}, 1.8),
		person("yuki", "Yuki Tanaka", zone{540, noSaving}, 1.6),
		person("sofia", "Sofia Rossi", zone{60, europe}, 1.5),
		person("tom", "Tom Becker", zone{60, europe}, 1.9,
			Alias{"Thomas Becker", "t.becker@contractor.example"}, Alias{"Tom", "root@build-7"}),
		person("grace", "Grace Kim", zone{-480, america}, 1.7),
		person("omar", "Omar Haddad", zone{180, noSaving}, 1.4),
		person("nadia", "Nadia Petrova", zone{120, europe}, 1.6),
		person("ben", "Ben Carter", zone{0, europe}, 1.2),
	}
	people[0].Owner = true
	bot := person("harbour-renovate[bot]", "harbour-renovate[bot]", zone{0, noSaving}, 0)
	bot.Aliases[0].Email = "41898282+harbour-renovate[bot]@users.noreply.harbour.example"
	bot.Bot = true
	return append(people, bot)
}
