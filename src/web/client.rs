//! Who is at the other end: the address that a request comes from, through proxies that the configuration trusts.

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use actix_web::{HttpMessage, HttpRequest};

use crate::audit::Origin;
use crate::config::{ForwardedHeader, Network};
use crate::id::RequestId;

/// Who asks, as the door found out.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub address: Option<IpAddr>,
    /// A proxy that is trusted said so: the connection is not the client's own.
    pub is_behind_proxy: bool,
    pub request: RequestId,
}

impl Client {
    pub(super) fn origin(&self) -> Origin {
        self.address.map_or(Origin::Machine, Origin::Address)
    }

    /// What the door left at a request.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let known = request.extensions().get::<Self>().cloned();
        known.unwrap_or_else(|| Self {
            address: request.peer_addr().map(|peer| peer.ip().to_canonical()),
            is_behind_proxy: false,
            request: RequestId::random(),
        })
    }
}

/// The address of the client. From a peer that is no trusted proxy, it is the peer's. From one that is, it is the last address of the header that no
/// trusted proxy has: what stands before it, anybody could have written.
pub(super) fn address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[Network],
    header: ForwardedHeader,
) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    let name = match header {
        ForwardedHeader::XForwardedFor => "x-forwarded-for",
        ForwardedHeader::Forwarded => "forwarded",
    };
    let lines: Vec<&str> = headers
        .get_all(name)
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    let hops = lines.iter().flat_map(|line| line.split(',')).rev();
    for hop in hops {
        let found = match header {
            ForwardedHeader::XForwardedFor => parse_address(hop),
            ForwardedHeader::Forwarded => forwarded_for(hop),
        };
        // What cannot be read was not written by a proxy of ours; the last one that we know stands for it.
        let Some(found) = found else {
            return client;
        };
        client = found;
        if !is_trusted(client) {
            return client;
        }
    }
    client
}

/// The `for` of an element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let value = element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value)
    })?;
    let value = value.trim();
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value);
    parse_address(value)
}

/// An address, perhaps with a port and in brackets.
fn parse_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => match text.split_once(':') {
            // A second colon: it is an IPv6 address without brackets.
            Some((address, port)) if !port.contains(':') => address,
            _ => text,
        },
    };
    bare.parse::<IpAddr>()
        .ok()
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn client(peer: &str, header: ForwardedHeader, lines: &[&str]) -> String {
        let trusted: Vec<Network> = ["10.0.0.0/8", "::1", "2001:db8:1::/48"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let name = match header {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_str(line).unwrap(),
            );
        }
        address(peer.parse().unwrap(), &headers, &trusted, header).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        let x = ForwardedHeader::XForwardedFor;
        for (peer, lines, expected) in [
            ("192.0.2.1", &["203.0.113.9"][..], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9"], "203.0.113.9"),
            ("10.0.0.1", &["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
            (
                "10.0.0.1",
                &["1.1.1.1", "203.0.113.9, 10.0.0.2"],
                "203.0.113.9",
            ),
            ("10.0.0.1", &["10.1.1.1, 10.0.0.2"], "10.1.1.1"),
            ("10.0.0.1", &["203.0.113.9, what"], "10.0.0.1"),
            ("10.0.0.1", &["203.0.113.9:5123"], "203.0.113.9"),
            ("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("::1", &["[2001:db8::7]:443"], "2001:db8::7"),
            ("2001:db8:1::5", &["2001:db8::7"], "2001:db8::7"),
            ("2001:db8:2::5", &["2001:db8::7"], "2001:db8:2::5"),
        ] {
            assert_eq!(client(peer, x, lines), expected, "{peer} {lines:?}");
        }
    }

    #[test]
    fn the_standard_header_is_read_as_the_standard_says() {
        let forwarded = ForwardedHeader::Forwarded;
        for (lines, expected) in [
            (&["for=203.0.113.9;proto=https"][..], "203.0.113.9"),
            (&["proto=https; For=\"[2001:db8::7]:4711\""], "2001:db8::7"),
            (&["for=1.1.1.1, for=203.0.113.9;by=10.0.0.1"], "203.0.113.9"),
            (&["for=_hidden"], "10.0.0.1"),
            (&["for=unknown, for=10.0.0.2"], "10.0.0.2"),
            (&["by=10.0.0.9"], "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", forwarded, lines), expected, "{lines:?}");
        }
    }
}
