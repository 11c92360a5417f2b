//! Where a page of a long list is in it.

/// What `dashboard/part/pager.html` shows.
pub(in crate::web::dashboard) struct Pages {
    /// The places of the first and the last that are shown, from 1 on.
    pub first: usize,
    pub last: usize,
    pub total: usize,
    /// The queries of the pages before and after.
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl Pages {
    /// Of the page `number`, from 1 on, with `shown` of `total`, `each` to a page. `query` makes the query of a page.
    pub(in crate::web::dashboard) fn new(
        number: usize,
        each: usize,
        (shown, total): (usize, usize),
        query: impl Fn(usize) -> String,
    ) -> Self {
        let before = (number - 1) * each;
        let last = before + shown;
        Self {
            first: before + 1,
            last,
            total,
            previous: (number > 1).then(|| query(number - 1)),
            next: (last < total).then(|| query(number + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_page_before_all_but_the_first_and_after_all_but_the_last() {
        let of = |number, shown| Pages::new(number, 10, (shown, 25), |page| format!("page={page}"));
        let (first, middle, last) = (of(1, 10), of(2, 10), of(3, 5));
        assert_eq!((first.first, first.last, first.previous), (1, 10, None));
        assert_eq!(first.next.as_deref(), Some("page=2"));
        assert_eq!(middle.previous.as_deref(), Some("page=1"));
        assert_eq!(middle.next.as_deref(), Some("page=3"));
        assert_eq!((last.first, last.last, last.next), (21, 25, None));
    }
}
