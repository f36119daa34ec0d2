package github_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"weir/internal/facts"
	"weir/internal/github"
)

// TestRESTCount: the last page says how many there are; where the server does not name it, they are counted.
func TestRESTCount(t *testing.T) {
	t.Parallel()
	for _, last := range []bool{true, false} {
		for _, there := range []int{0, 1, 2, 250} {
			t.Run(fmt.Sprintf("%d, last told %v", there, last), func(t *testing.T) {
				t.Parallel()
				client := clientOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					q := r.URL.Query()
					size, _ := strconv.Atoi(q.Get("per_page"))
					page, _ := strconv.Atoi(q.Get("page"))
					page = max(page, 1)
					at := func(n int, rel string) string {
						q.Set("page", fmt.Sprint(n))
						return fmt.Sprintf(`<https://%s%s?%s>; rel=%q`, r.Host, r.URL.Path, q.Encode(), rel)
					}
					w.Header().Set("Content-Type", "application/json")
					if page*size < there {
						w.Header().Set("Link", at(page+1, "next"))
						if last {
							w.Header().Set("Link", at(page+1, "next")+", "+at((there+size-1)/size, "last"))
						}
					}
					items := strings.TrimSuffix(strings.Repeat(`{"number":5},`, max(0, min(size, there-(page-1)*size))), ",")
					_, _ = fmt.Fprintf(w, "[%s]", items)
				}))
				got, err := client.RESTCount(t.Context(), facts.Repo{ServerID: 1, FullName: "acme/web"}, github.RESTPulls)
				if err != nil || got != there {
					t.Errorf("got %d, %v", got, err)
				}
			})
		}
	}
}
