//! What changed in a workspace that open pages may show.

use tokio::sync::broadcast;

use crate::id::WorkspaceId;

/// News that a slow page may miss before it is told to look for itself.
const HELD: usize = 64;

#[derive(Debug, Clone)]
pub(crate) enum News {
    /// Somebody asked, or said whether an answer helped.
    Questions(WorkspaceId),
    /// Questions were put into gaps, or gaps opened or closed.
    Gaps(WorkspaceId),
}

impl News {
    pub(crate) fn workspace(&self) -> &WorkspaceId {
        match self {
            Self::Questions(workspace) | Self::Gaps(workspace) => workspace,
        }
    }
}

pub(crate) struct Channel(broadcast::Sender<News>);

impl Default for Channel {
    fn default() -> Self {
        Self(broadcast::channel(HELD).0)
    }
}

impl Channel {
    pub(crate) fn tell(&self, news: News) {
        // Nobody may be listening.
        let _ = self.0.send(news);
    }

    /// Hears of changes from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<News> {
        self.0.subscribe()
    }
}
