//! No circle: of modules that lie side by side, none names another that leads back to it.
//!
//! A module may name those around it and those inside it; what it names elsewhere counts for the two branches in which they part.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path as FilePath;

use syn::visit::{self, Visit};
use syn::{Attribute, ItemMod, UseTree};
use walkdir::WalkDir;

/// Its names, from the crate down. The crate itself has none.
type Module = Vec<String>;

/// What a file names that may be a module of ours.
struct Names {
    found: Vec<Module>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !module.attrs.iter().any(is_for_tests) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        spread(&item.tree, &mut Vec::new(), &mut self.found);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|part| part.ident.to_string());
        self.found.push(names.collect());
        visit::visit_path(self, path);
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute
            .parse_args::<syn::Ident>()
            .is_ok_and(|condition| condition == "test" || condition == "fuzzing")
}

fn spread(tree: &UseTree, before: &mut Module, found: &mut Vec<Module>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            spread(&path.tree, before, found);
            before.pop();
        }
        UseTree::Group(group) => {
            for item in &group.items {
                spread(item, before, found);
            }
        }
        UseTree::Name(name) => found.push([&before[..], &[name.ident.to_string()]].concat()),
        UseTree::Rename(rename) => found.push([&before[..], &[rename.ident.to_string()]].concat()),
        UseTree::Glob(_) => found.push(before.clone()),
    }
}

/// Every module of the program, and what it names.
fn modules() -> BTreeMap<Module, Vec<Module>> {
    let root = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = BTreeMap::new();
    for entry in WalkDir::new(&root).into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(&root).unwrap();
        let name = path.with_extension("").display().to_string();
        let is_ours = path.extension().is_some_and(|extension| extension == "rs")
            && !["main", "fuzzing", "testing"].contains(&&*name)
            && !name.split('/').any(|part| part == "tests");
        if !is_ours {
            continue;
        }
        let file = syn::parse_file(&fs::read_to_string(entry.path()).unwrap()).unwrap();
        let mut names = Names { found: Vec::new() };
        names.visit_file(&file);
        let mut module: Module = name.split('/').map(ToOwned::to_owned).collect();
        if module
            .last()
            .is_some_and(|last| last == "mod" || last == "lib")
        {
            module.pop();
        }
        modules.insert(module, names.found);
    }
    assert!(modules.len() > 50, "the sources are found");
    modules
}

/// The module that a path leads to, seen from `from`. `None`: it leads to another crate, or to something of `from` itself.
fn resolve(
    from: &Module,
    path: &[String],
    known: &BTreeMap<Module, Vec<Module>>,
) -> Option<Module> {
    let (mut at, mut rest) = match path.first()?.as_str() {
        "crate" => (Vec::new(), &path[1..]),
        "self" => (from.clone(), &path[1..]),
        "super" => (from.clone(), path),
        first => {
            let inside = [&from[..], &[first.to_owned()]].concat();
            known
                .contains_key(&inside)
                .then_some((from.clone(), path))?
        }
    };
    while rest.first().is_some_and(|name| name == "super") {
        at.pop()?;
        rest = &rest[1..];
    }
    for name in rest {
        at.push(name.clone());
        if !known.contains_key(&at) {
            at.pop();
            break;
        }
    }
    Some(at)
}

/// What is left when all are taken away, again and again, that name nobody who is left: those that lie on a circle, or lead to one.
fn on_circles(
    mut arrows: BTreeMap<String, BTreeSet<String>>,
) -> BTreeMap<String, BTreeSet<String>> {
    loop {
        let left: BTreeSet<String> = arrows.keys().cloned().collect();
        for named in arrows.values_mut() {
            named.retain(|name| left.contains(name));
        }
        arrows.retain(|_, named| !named.is_empty());
        if arrows.len() == left.len() {
            return arrows;
        }
    }
}

#[test]
fn no_modules_that_lie_side_by_side_name_each_other_in_a_circle() {
    let modules = modules();
    // Below each module, those that lie in it, and whom of them they name.
    let mut levels: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (module, names) in &modules {
        for named in names
            .iter()
            .filter_map(|path| resolve(module, path, &modules))
        {
            let parted = module
                .iter()
                .zip(&named)
                .position(|(one, other)| one != other);
            if let Some(parted) = parted {
                let level = levels.entry(module[..parted].to_vec()).or_default();
                let arrows = level.entry(module[parted].clone()).or_default();
                arrows.insert(named[parted].clone());
            }
        }
    }
    assert!(levels.len() > 20, "modules name each other");
    let circles: Vec<_> = levels
        .into_iter()
        .map(|(level, arrows)| (level.join("::"), on_circles(arrows)))
        .filter(|(_, left)| !left.is_empty())
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_circle_is_seen() {
    let arrows = |text: &[(&str, &str)]| {
        let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in text {
            arrows
                .entry((*from).to_owned())
                .or_default()
                .insert((*to).to_owned());
        }
        arrows
    };
    assert!(on_circles(arrows(&[("a", "b"), ("b", "c"), ("a", "c")])).is_empty());
    let left = on_circles(arrows(&[("a", "b"), ("b", "a"), ("b", "c")]));
    assert_eq!(left.keys().collect::<Vec<_>>(), ["a", "b"]);
}
