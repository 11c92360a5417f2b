//! Something of which there is so much, and so much for one client.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// However many are refused, the log says it once in this time.
const WARN_EVERY: Duration = Duration::from_mins(1);

/// What is shared: connections, requests, bytes.
///
/// The last quarter is for those who hold little: some greedy clients, each within its limit, may take the rest together, and whoever comes with one small
/// request is still served.
pub(in crate::web) struct Quota {
    /// For the log.
    what: &'static str,
    of_client: u64,
    in_all: u64,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    of: HashMap<IpAddr, u64>,
    all: u64,
    has_giant: bool,
    warned: Option<Instant>,
    refused: u64,
}

/// Why there is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Exhausted {
    /// This client has its share.
    OfClient,
    /// There is none left for anybody.
    InAll,
}

/// A part of a [`Quota`], given back when it is dropped.
pub(in crate::web) struct Share {
    quota: Arc<Quota>,
    /// `None`: it counts in all only.
    client: Option<IpAddr>,
    /// As it counts.
    amount: u64,
    /// It is larger than its limit, as which it counts.
    is_giant: bool,
}

impl Quota {
    pub(in crate::web) fn new(what: &'static str, of_client: u64, in_all: u64) -> Arc<Self> {
        Arc::new(Self {
            what,
            of_client,
            in_all,
            taken: Mutex::default(),
        })
    }

    /// Takes a part. What is larger than its limit is served all the same, to whoever has nothing else, one such thing at a time; it counts as the limit, so
    /// that it takes nobody else's room.
    pub(in crate::web) fn take(
        self: &Arc<Self>,
        client: Option<IpAddr>,
        amount: u64,
    ) -> Result<Share, Exhausted> {
        let mut share = Share {
            quota: Arc::clone(self),
            client: client.map(one_client),
            amount: 0,
            is_giant: false,
        };
        share.grow(amount)?;
        Ok(share)
    }

    /// What those may take together who hold more than a little.
    fn of_the_greedy(&self) -> u64 {
        self.in_all - self.in_all / 4
    }

    /// Of a client's limit, so much is a little.
    fn little(&self) -> u64 {
        self.of_client / 64
    }

    #[cfg(test)]
    pub(in crate::web) fn taken(&self) -> u64 {
        self.taken.lock().all
    }
}

impl Share {
    /// Takes more to it. When there is no more, it stays as it is.
    pub(in crate::web) fn grow(&mut self, more: u64) -> Result<(), Exhausted> {
        if more == 0 || self.is_giant {
            return Ok(());
        }
        let quota = Arc::clone(&self.quota);
        let mut taken = quota.taken.lock();
        match self.fit(&quota, &taken, more) {
            Ok(counted) => {
                self.is_giant = counted < more;
                taken.has_giant |= self.is_giant;
                taken.all += counted;
                if let Some(client) = self.client {
                    *taken.of.entry(client).or_default() += counted;
                }
                self.amount += counted;
                Ok(())
            }
            Err(exhausted) => {
                taken.refuse(quota.what, exhausted);
                Err(exhausted)
            }
        }
    }

    /// As how much `more` counts, if it may be taken.
    fn fit(&self, quota: &Quota, taken: &Taken, more: u64) -> Result<u64, Exhausted> {
        let (held, limit, exhausted) = match &self.client {
            Some(client) => {
                let held = taken.of.get(client).copied().unwrap_or(0);
                (held, quota.of_client, Exhausted::OfClient)
            }
            None => (self.amount, quota.of_the_greedy(), Exhausted::InAll),
        };
        let wanted = held.saturating_add(more);
        let is_alone = held == self.amount;
        let counted = if wanted <= limit {
            more
        } else if !is_alone {
            return Err(exhausted);
        } else if taken.has_giant {
            return Err(Exhausted::InAll);
        } else {
            limit - held
        };
        let in_all = if wanted <= quota.little() {
            quota.in_all
        } else {
            quota.of_the_greedy()
        };
        if taken.all.saturating_add(counted) > in_all {
            return Err(Exhausted::InAll);
        }
        Ok(counted)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.quota.taken.lock();
        taken.all -= self.amount;
        taken.has_giant &= !self.is_giant;
        if let Some(client) = self.client
            && let Some(of_client) = taken.of.get_mut(&client)
        {
            *of_client -= self.amount;
            if *of_client == 0 {
                taken.of.remove(&client);
            }
        }
    }
}

impl Taken {
    /// Says in the log, now and then, that there was no more.
    fn refuse(&mut self, what: &'static str, refused: Exhausted) {
        self.refused += 1;
        if self.warned.is_some_and(|at| at.elapsed() < WARN_EVERY) {
            return;
        }
        let who = match refused {
            Exhausted::OfClient => "a client",
            Exhausted::InAll => "all clients together",
        };
        tracing::warn!(
            what,
            who,
            refused = self.refused,
            taken = self.all,
            clients = self.of.len(),
            "no more could be given: the limit is reached"
        );
        self.warned = Some(Instant::now());
        self.refused = 0;
    }
}

/// What counts as one client: an IPv4 address, or the 64 bits that are one network of IPv6, in which anybody may choose any address.
fn one_client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn a_client_takes_its_share_and_no_more_until_it_gives_some_back() {
        let quota = Quota::new("connections", 2, 3);
        let first = quota.take(address("192.0.2.1"), 1).unwrap();
        let second = quota.take(address("::ffff:192.0.2.1"), 1).unwrap();
        let third = quota.take(address("192.0.2.1"), 1).err();
        assert_eq!(third, Some(Exhausted::OfClient));
        let other = quota.take(address("192.0.2.2"), 1).unwrap();
        assert_eq!(quota.take(None, 1).err(), Some(Exhausted::InAll));
        drop((first, other));
        assert!(quota.take(address("192.0.2.1"), 1).is_ok());
        drop(second);
        assert_eq!(quota.taken(), 0);
        assert!(quota.taken.lock().of.is_empty(), "nothing is remembered");
    }

    #[test]
    fn greedy_clients_leave_something_to_those_who_want_little() {
        let quota = Quota::new("bytes", 6400, 25_600);
        let greedy: Vec<Share> = (1..=3)
            .map(|last| {
                quota
                    .take(address(&format!("192.0.2.{last}")), 6400)
                    .unwrap()
            })
            .collect();
        let fourth = quota.take(address("192.0.2.4"), 6400).err();
        assert_eq!(fourth, Some(Exhausted::InAll));
        let modest: Vec<Share> = (1..=64)
            .map(|last| {
                quota
                    .take(address(&format!("198.51.100.{last}")), 100)
                    .unwrap()
            })
            .collect();
        assert_eq!(quota.taken(), 25_600);
        assert!(
            quota.take(address("203.0.113.1"), 100).is_err(),
            "all is taken"
        );
        drop((greedy, modest));
        assert_eq!(quota.taken(), 0);
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        let quota = Quota::new("connections", 1, 9);
        let _held = quota.take(address("2001:db8:0:1::1"), 1).unwrap();
        assert!(quota.take(address("2001:db8:0:1:ffff::2"), 1).is_err());
        assert!(quota.take(address("2001:db8:0:2::1"), 1).is_ok());
    }

    #[test]
    fn what_is_larger_than_the_limits_is_taken_alone() {
        let quota = Quota::new("bytes", 16, 64);
        let large = quota.take(address("192.0.2.1"), 100).unwrap();
        assert_eq!(quota.taken(), 16, "it takes nobody else's room");
        assert!(
            quota.take(address("192.0.2.1"), 0).is_ok(),
            "nothing is always there"
        );
        assert_eq!(
            quota.take(address("192.0.2.1"), 1).err(),
            Some(Exhausted::OfClient)
        );
        assert!(quota.take(address("192.0.2.2"), 1).is_ok());
        let second = quota.take(address("192.0.2.2"), 100).err();
        assert_eq!(second, Some(Exhausted::InAll), "one such thing at a time");
        drop(large);
        let mut small = quota.take(address("192.0.2.1"), 1).unwrap();
        let _other = quota.take(address("192.0.2.1"), 1).unwrap();
        assert_eq!(small.grow(15), Err(Exhausted::OfClient));
        assert_eq!(small.grow(14), Ok(()));
        assert_eq!(quota.taken(), 16);
    }
}
