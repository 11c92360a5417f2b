//! The style sheets: one palette, and nothing beside it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")
}

/// The first block of a style sheet as it is served: the palette, in light.
fn palette(sheet: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(assets().join("vendor").join(sheet)).unwrap();
    let block = text
        .split_once(":root{")
        .unwrap()
        .1
        .split_once('}')
        .unwrap()
        .0;
    block.split(';').map(ToOwned::to_owned).collect()
}

#[test]
fn the_dashboard_and_the_help_pages_have_one_palette() {
    let dashboard = palette("dashboard.css");
    assert!(
        dashboard
            .iter()
            .any(|colour| colour.starts_with("--accent:")),
        "{dashboard:?}"
    );
    assert_eq!(dashboard, palette("help.css"));
}

#[test]
fn no_colour_stands_outside_the_palette() {
    for entry in fs::read_dir(assets().join("styles")).unwrap() {
        let path = entry.unwrap().path();
        // What Bootstrap wants in dark mode and nobody else uses stands with Bootstrap.
        if path.ends_with("_palette.scss") || path.ends_with("_bootstrap.scss") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let colour = text.split('#').skip(1).find(|rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
            matches!(digits, 3 | 4 | 6 | 8)
        });
        assert_eq!(colour, None, "in {}", path.display());
    }
}
