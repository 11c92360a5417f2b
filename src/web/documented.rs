//! What handlers of the API say of themselves, for its description.

use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::Schema;

/// What a handler says of itself.
pub(crate) struct Documented {
    pub(super) operation: Operation,
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
}

/// For the table of routes: `P` is what `#[utoipa::path]` makes beside a handler.
pub(in crate::web) fn document<P>() -> Documented
where
    P: utoipa::Path + utoipa::__dev::SchemaReferences,
{
    let mut schemas = Vec::new();
    P::schemas(&mut schemas);
    Documented {
        operation: P::operation(),
        schemas,
    }
}
