//! What a form holds. A field may come several times: it is then a list.

use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use crate::web::dashboard::view::response::PageError;
use crate::web::error::Error;

/// The fields of a form, read from its body, which [`crate::web::dashboard::gate`] has bounded.
pub(in crate::web) struct Form<T>(T);

impl<T> Form<T> {
    pub(in crate::web::dashboard) fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Form<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = PageError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PageError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let malformed = || {
                PageError(Error::new(
                    StatusCode::BAD_REQUEST,
                    "malformed",
                    "the form could not be read, or is too long",
                ))
            };
            let body = body.await.map_err(|_| malformed())?;
            serde_html_form::from_bytes(&body)
                .map(Self)
                .map_err(|_| malformed())
        })
    }
}
