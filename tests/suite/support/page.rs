//! Reading a page as a browser would, as far as these tests need it: tags, attributes, text.

/// A page of the help surface. Its tags come from our own templates, so that every `<` outside of a tag is escaped, or the test fails.
#[derive(Debug)]
pub(crate) struct Page {
    pub html: String,
    elements: Vec<Element>,
}

/// A start tag and the text up to its end tag.
#[derive(Debug)]
pub(crate) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    /// Of it and everything in it, decoded.
    pub text: String,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }
}

impl Page {
    pub(crate) fn new(html: &str) -> Self {
        let mut elements: Vec<Element> = Vec::new();
        // Indexes of the elements that are open.
        let mut open: Vec<usize> = Vec::new();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            append(&mut elements, &open, &rest[..at]);
            let end = tag_end(&rest[at..]);
            let tag = &rest[at + 1..at + end];
            rest = &rest[at + end + 1..];
            if let Some(name) = tag.strip_prefix('/') {
                if let Some(depth) = open
                    .iter()
                    .rposition(|index| elements[*index].name == name.trim())
                {
                    open.truncate(depth);
                }
            } else if !tag.starts_with('!') {
                let element = element(tag);
                let is_void =
                    ["meta", "link", "input", "br", "img", "hr"].contains(&element.name.as_str());
                elements.push(element);
                if !is_void {
                    open.push(elements.len() - 1);
                }
            }
        }
        Self {
            html: html.to_owned(),
            elements,
        }
    }

    pub(crate) fn all<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p Element> {
        let name = name.to_owned();
        self.elements
            .iter()
            .filter(move |element| element.name == name)
    }

    #[track_caller]
    pub(crate) fn one(&self, name: &str) -> &Element {
        let mut all = self.all(name);
        let first = all
            .next()
            .unwrap_or_else(|| panic!("no {name} in {}", self.html));
        assert!(
            all.next().is_none(),
            "more than one {name} in {}",
            self.html
        );
        first
    }

    pub(crate) fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The element with this id.
    pub(crate) fn with_id(&self, id: &str) -> Option<&Element> {
        self.elements
            .iter()
            .find(|element| element.attribute("id") == Some(id))
    }

    /// Where the page leads or loads from.
    pub(crate) fn addresses(&self) -> Vec<&str> {
        self.elements
            .iter()
            .flat_map(|element| {
                ["href", "src", "action"]
                    .into_iter()
                    .filter_map(|name| element.attribute(name))
            })
            .collect()
    }
}

fn append(elements: &mut [Element], open: &[usize], text: &str) {
    let text = decoded(text);
    for index in open {
        elements[*index].text.push_str(&text);
    }
}

/// The `>` that ends a tag: not one within quotes.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    let end = text.char_indices().find(|(_, letter)| {
        quoted ^= *letter == '"';
        *letter == '>' && !quoted
    });
    end.expect("a tag ends").0
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() || rest == "/" {
            break;
        }
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let name = &rest[..end];
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(after) => {
                let (value, after) = after.split_once('"').expect("a value ends");
                rest = after;
                value
            }
            None => "",
        };
        assert!(!rest.starts_with('='), "an attribute without quotes: {tag}");
        attributes.push((name.to_owned(), decoded(value)));
    }
    Element {
        name: name.trim_end_matches('/').to_owned(),
        attributes,
        text: String::new(),
    }
}

fn decoded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (entity, after) = rest[at + 1..].split_once(';').expect("an entity ends");
        out.push(match entity {
            "amp" | "#38" => '&',
            "lt" | "#60" => '<',
            "gt" | "#62" => '>',
            "quot" | "#34" => '"',
            "apos" | "#39" | "#x27" => '\'',
            other => panic!("the entity {other}"),
        });
        rest = after;
    }
    out + rest
}
