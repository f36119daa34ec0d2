package generate

// languages are templates of code-looking text; nobody compiles it.
var languages = map[string]language{
	"Go": {ext: ".go", comment: "//", header: `
package {noun}

import (
	"context"
	"fmt"
?	"time"
)
`, blocks: []string{`
// {Verb}{Noun} {verb}s the {noun} of a {noun2}.
func (s *Store) {Verb}{Noun}(ctx context.Context, id int64) (*{Noun}, error) {
	row := s.db.QueryRowContext(ctx, {verb}{Noun}SQL, id)
	var found {Noun}
	if err := row.Scan(&found.ID, &found.{Field}); err != nil {
		return nil, fmt.Errorf("{verb} {noun} %d: %w", id, err)
	}
?	s.log.Debug("{verb} {noun}", "id", id)
	return &found, nil
}
`, `
// {Noun} is what a {noun2} has.
type {Noun} struct {
	ID int64
*	{Field} string
	{Field2} int
}
`, `
func Test{Verb}{Noun}(t *testing.T) {
	tests := []struct {
		name string
		{field} int
		want int
	}{
*		{"{field} of {num}", {num}, {num}},
	}
	for _, tt := range tests {
		if got := {verb}{Noun}(tt.{field}); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}
`, `
func {verb}{Noun}({field2} int) int {
?	if {field2} < {num} {
?		return 0
?	}
	total := 0
	for i := 0; i < {field2}; i++ {
*		total += i * {num}
	}
	return total
}
`}},
	"TypeScript": {ext: ".ts", comment: "//", header: `
import { useState } from 'react'
import { {Noun}, {verb}{Noun} } from '../api/{noun}'
`, blocks: []string{`
export interface {Noun}{Field2} {
  id: number
*  {field}: string
  {field2}?: number
}
`, `
export async function {verb}{Noun}({noun}: {Noun}): Promise<number> {
  const response = await fetch('/{noun}/' + {noun}.id)
?  if (!response.ok) throw new Error('{verb} {noun}: ' + response.status)
  const body = await response.json()
*  body.{field} = body.{field} ?? {num}
  return body.{field2}
}
`, `
export function {Noun}View(props: { {noun}: {Noun} }) {
  const [{field2}, set{Field2}] = useState({num})
  return (
    <section className="{noun}">
*      <p>{props.{noun}.{field}}</p>
      <button onClick={() => set{Field2}({field2} + 1)}>{Verb}</button>
    </section>
  )
}
`, `
test('{verb}s the {noun}', () => {
*  expect({verb}{Noun}({num})).toBe({num})
})
`}},
	"Java": {ext: ".java", comment: "//", header: `
package example.{noun};

import java.util.List;
import java.util.Optional;
`, blocks: []string{`
    /** {Verb}s the {noun} of a {noun2}. */
    public Optional<{Noun}> {verb}{Noun}(long id) {
        var found = repository.findById(id);
?        log.debug("{verb} {noun} {}", id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
*        found.get().set{Field}({num});
        return found;
    }
`, `
    record {Noun}(long id, String {field2}, int {field3}) {
*        static final int MAX_{num} = {num};
    }
`, `
    @Test
    void {verb}s{Noun}() {
        var service = new {Noun}Service();
*        assertEquals({num}, service.{verb}({num}));
    }
`, `
    private int {verb}{Field2}(List<{Noun}> all) {
        int sum = 0;
        for (var one : all) {
*            sum += one.{field}() * {num};
        }
        return sum;
    }
`}},
	"Python": {ext: ".py", comment: "#", header: `
"""Everything about the {noun}."""
import dataclasses
import math
`, blocks: []string{`
def {verb}_{noun}({field2}, limit={num}):
    """{Verb} the {noun} up to a limit."""
    found = []
    for one in {field2}:
?        if one is None:
?            continue
*        found.append(one.{field} * {num})
    return found[:limit]
`, `
@dataclasses.dataclass
class {Noun}:
    id: int
*    {field}: float = {num}

    def {verb}(self):
        return math.log1p(self.id)
`, `
def test_{verb}_{noun}():
*    assert {verb}_{noun}([{num}]) == [{num}]
`}},
	"Shell": {ext: ".sh", comment: "#", header: `
#!/bin/sh
# {Verb}s the {noun}.
set -eu
`, blocks: []string{`
{verb}_{noun}() {
	{field2}="$1"
?	[ -n "${field2}" ] || return 1
*	echo "{verb} {noun} {num}: ${field2}"
	curl -fsS --max-time {num} "https://$HOST/{noun}/${field2}"
}
`, `
for {noun} in $(list_{noun}s); do
*	{verb}_{noun} "${noun}" --{field} {num}
done
`, `
# {Noun} needs {num} seconds to {verb}.
*{Field}=${{Field}:-{num}}
export {Field2}
`}},
	"Markdown": {ext: ".md", comment: "--", header: `
# How we {verb} a {noun}

Ask in the {noun} channel when something here is wrong.
`, blocks: []string{`
## {Verb} the {noun}

Before you {verb} a {noun}, look at the {field} of the {noun2}.
It takes about {num} minutes.

*- Set the {field} to {num}.
`, `
## What a {noun} is

A {noun} has a {field} and a {field2}.
*The {field} comes from the {noun3} and is {num} at most.
`, `
| {field2} | meaning |
| --- | --- |
*| {field} | the {noun3} of a {noun} |
`}},
}
