namespace Helpdesk.Tickets;

/// <summary>One story for the API documents: Ada cannot sign in, Grace helps.</summary>
internal static class TicketExamples
{
    public const string Create = """
        {
          "subject": "Cannot sign in", "body": "The link in the mail says that it has **expired**.",
          "requester": {"email": "ada@example.com", "name": "Ada Lovelace"}, "queue_id": 190517204561920, "priority": "high",
          "tags": ["sign-in"], "custom_fields": {"order_number": "A-1024"}, "source": "email"
        }
        """;

    public const string Message = """
        {
          "id": 190517221351424, "ticket_id": 190517221347328, "kind": "message",
          "author": {"kind": "requester", "id": 190517204570112, "name": "Ada Lovelace"},
          "body_md": "The link in the mail says that it has **expired**.", "is_internal": false, "event": null, "attachments": [],
          "created_at": "2026-06-14T09:30:00Z"
        }
        """;

    public const string Row = $$"""
        {
          {{Unanswered}}, "status": "open", "assignee": {"id": 190517204566016, "name": "Grace Hopper"},
          "message_count": 2, "public_message_count": 2, "first_responded_at": "2026-06-14T09:41:27Z",
          "last_agent_reply_at": "2026-06-14T09:41:27Z", "updated_at": "2026-06-14T09:41:27Z"
        }
        """;

    public const string Created = $$"""
        {
          {{Unanswered}}, "status": "new", "assignee": {"id": 190517204566016, "name": "Grace Hopper"},
          "message_count": 1, "public_message_count": 1, "first_responded_at": null, "last_agent_reply_at": null,
          "updated_at": "2026-06-14T09:30:00Z", "messages": [{{Message}}]
        }
        """;

    public const string Read = $$"""
        {
          {{Unanswered}}, "status": "open", "assignee": {"id": 190517204566016, "name": "Grace Hopper"},
          "message_count": 2, "public_message_count": 2, "first_responded_at": "2026-06-14T09:41:27Z",
          "last_agent_reply_at": "2026-06-14T09:41:27Z", "updated_at": "2026-06-14T09:41:27Z",
          "messages": [{{Message}}, {{{AnswerMembers}}}], "messages_truncated": false
        }
        """;

    public const string Reply = $$"""
        {
          {{AnswerMembers}},
          "ticket": {"id": 190517221347328, "reference": "HD-000042", "status": "open", "updated_at": "2026-06-14T09:41:27Z"}
        }
        """;

    private const string Unanswered = """
        "id": 190517221347328, "reference": "HD-000042", "subject": "Cannot sign in", "priority": "high", "source": "email",
        "queue": {"id": 190517204561920, "slug": "billing", "name": "Billing"}, "help_topic": null,
        "requester": {
          "id": 190517204570112, "name": "Ada Lovelace", "first_name": "Ada", "email": "ada@example.com",
          "created_at": "2026-06-14T09:30:00Z"
        },
        "tags": [{"id": 190517204574208, "slug": "sign-in", "name": "Sign-in", "color": "#dc2626"}],
        "custom_fields": {"order_number": "A-1024"}, "sla": null, "resolved_at": null, "closed_at": null,
        "last_requester_reply_at": "2026-06-14T09:30:00Z", "created_at": "2026-06-14T09:30:00Z"
        """;

    private const string AnswerMembers = """
        "id": 190517224296448, "ticket_id": 190517221347328, "kind": "message",
        "author": {"kind": "agent", "id": 190517204566016, "name": "Grace Hopper"},
        "body_md": "Here is a fresh link.", "is_internal": false, "event": null, "attachments": [], "created_at": "2026-06-14T09:41:27Z"
        """;
}
