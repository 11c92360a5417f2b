//! A QR code as an SVG picture that is part of the page, so that it is nowhere else.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

use super::Html;

/// Modules of white around it.
const BORDER: i32 = 2;

/// `None`: the text is too long for a QR code.
pub(in crate::web::dashboard) fn svg(text: &str, label: &str) -> Option<Html> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size() + 2 * BORDER;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + BORDER, y + BORDER);
        }
    }
    Some(Html(format!(
        "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"{}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0,0h{size}v{size}h-{size}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>",
        crate::web::html::escape(label)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_of_modules() {
        let picture = svg("x", "a <code>").unwrap().0;
        assert!(picture.contains("viewBox=\"0 0 25 25\"") && picture.contains("a &#60;code&#62;"));
        assert!(svg(&"x".repeat(10_000), "").is_none());
    }
}
