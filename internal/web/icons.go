package web

import (
	"fmt"
	"html/template"
)

// icons are outlines on a grid of 24, drawn by a stroke of the text's colour.
var icons = map[string]string{
	"check":    `<path d="M5 12.500 10 17.500 19.500 7"/>`,
	"warn":     `<path d="M12 4 21.500 20h-19Z"/><path d="M12 10v4.500M12 17.200v.1"/>`,
	"cross":    `<path d="M6 6l12 12M18 6 6 18"/>`,
	"skip":     `<path d="M6 12h12"/>`,
	"clock":    `<circle cx="12" cy="12" r="8.500"/><path d="M12 7v5.500l3.500 2"/>`,
	"sync":     `<path d="M20 11a8 8 0 0 0-14.500-3.500L4 9M4 4v5h5M4 13a8 8 0 0 0 14.500 3.500L20 15M20 20v-5h-5"/>`,
	"pause":    `<path d="M9 6v12M15 6v12"/>`,
	"help":     `<circle cx="12" cy="12" r="9"/><path d="M9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.8.400-1.100.9-1.100 1.800M12 16.800v.1"/>`,
	"plus":     `<path d="M12 5v14M5 12h14"/>`,
	"down":     `<path d="m7 10 5 5 5-5"/>`,
	"theme":    `<circle cx="12" cy="12" r="8.500"/><path d="M12 3.500v17a8.500 8.500 0 0 0 0-17Z" fill="currentColor"/>`,
	"person":   `<circle cx="12" cy="8" r="3.700"/><path d="M4.500 20c.8-4 3.800-6 7.500-6s6.700 2 7.500 6"/>`,
	"box":      `<path d="M4 8 12 4l8 4v8l-8 4-8-4ZM4 8l8 4 8-4M12 12v8"/>`,
	"outside":  `<path d="M14 5h5v5M19 5l-8 8M17 14v5H5V7h5"/>`,
	"download": `<path d="M12 4v11M7.500 11 12 15.500 16.500 11M5 20h14"/>`,
	"print":    `<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7Z"/>`,
	"lock":     `<path d="M6 11h12v9H6ZM8.500 11V8a3.500 3.500 0 0 1 7 0v3"/>`,
}

// icon draws an icon that says nothing of its own to a screen reader.
func icon(name string) (template.HTML, error) {
	drawing, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("no icon %q", name)
	}
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round"` +
		` stroke-linejoin="round" aria-hidden="true">` + drawing + `</svg>`), nil
}
