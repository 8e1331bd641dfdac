using Helpdesk.Desk.Contracts;
using Helpdesk.SharedKernel.Text;

namespace Helpdesk.Desk;

/// <summary>What a desk accepts from a file.</summary>
internal static class DeskLimits
{
    public const int Name = 120;
    public const int Description = 2_000;
    public const int Address = 255;
    public const int SortOrder = 100_000;
    public const int DefaultSortOrder = 100;
    public const int Options = 100;
    public const int BlockedSenders = 10_000;
    public const string SlugWanted = "must be lower-case letters and digits joined by single hyphens, at most 64 characters.";
}

internal sealed class QueueEntryValidator : AbstractValidator<QueueEntry>
{
    public QueueEntryValidator()
    {
        RuleFor(x => x.Slug).Must(slug => slug is not null && Slug.IsValid(slug)).WithMessage(DeskLimits.SlugWanted);
        RuleFor(x => x.Name.Value).NotEmpty().MaximumLength(DeskLimits.Name).When(x => x.Name.IsSet).OverridePropertyName("name");
        RuleFor(x => x.Description.Value).NotNull().MaximumLength(DeskLimits.Description).When(x => x.Description.IsSet)
            .OverridePropertyName("description");
        RuleFor(x => x.IsActive.Value).Equal(true).When(x => x.IsActive.IsSet && x.IsDefault is { IsSet: true, Value: true })
            .OverridePropertyName("is_active").WithMessage("must be true for the default queue.");
        RuleFor(x => x.SortOrder.Value).InclusiveBetween(0, DeskLimits.SortOrder).When(x => x.SortOrder.IsSet).OverridePropertyName("sort_order");
    }
}

internal sealed class AgentEntryValidator : AbstractValidator<AgentEntry>
{
    public AgentEntryValidator()
    {
        RuleFor(x => x.Email).NotEmpty().EmailAddress().MaximumLength(254);
        RuleFor(x => x.Name.Value).NotEmpty().MaximumLength(DeskLimits.Name).When(x => x.Name.IsSet).OverridePropertyName("name");
        RuleFor(x => x.Role.Value).Must(role => role is "agent" or "lead").When(x => x.Role.IsSet)
            .OverridePropertyName("role").WithMessage("must be agent or lead.");
        RuleFor(x => x.Queues.Value).NotNull().When(x => x.Queues.IsSet).OverridePropertyName("queues");
    }
}

internal sealed class HelpTopicEntryValidator : AbstractValidator<HelpTopicEntry>
{
    public HelpTopicEntryValidator()
    {
        RuleFor(x => x.Slug).Must(slug => slug is not null && Slug.IsValid(slug)).WithMessage(DeskLimits.SlugWanted);
        RuleFor(x => x.Name.Value).NotEmpty().MaximumLength(DeskLimits.Name).When(x => x.Name.IsSet).OverridePropertyName("name");
        RuleFor(x => x.SortOrder.Value).InclusiveBetween(0, DeskLimits.SortOrder).When(x => x.SortOrder.IsSet).OverridePropertyName("sort_order");
        RuleFor(x => x.CustomFields.Value).NotNull().When(x => x.CustomFields.IsSet).OverridePropertyName("custom_fields");
        RuleForEach(x => x.CustomFields.Value).NotNull().SetValidator(new CustomFieldValidator()).OverridePropertyName("custom_fields");
        RuleFor(x => x.CustomFields.Value).Must(fields => fields!.DistinctBy(field => field?.Key).Count() == fields!.Length)
            .When(x => x.CustomFields.Value is not null).OverridePropertyName("custom_fields").WithMessage("must not have two fields of one key.");
    }
}

internal sealed partial class CustomFieldValidator : AbstractValidator<CustomField>
{
    public CustomFieldValidator()
    {
        RuleFor(x => x.Key).Must(key => key is not null && Keys().IsMatch(key)).WithMessage("must be lower-case letters, digits and underscores, at most 64.");
        RuleFor(x => x.Label).NotEmpty().MaximumLength(DeskLimits.Name);
        RuleFor(x => x.Options).Must(options => options is { Length: >= 1 and <= DeskLimits.Options } && Array.TrueForAll(options, option => !string.IsNullOrEmpty(option)))
            .When(x => x.Type is CustomFieldType.Select).WithMessage($"must have 1 to {DeskLimits.Options} values for a select field.");
        RuleFor(x => x.Options).Null().When(x => x.Type is not CustomFieldType.Select).WithMessage("is for select fields only.");
    }

    [System.Text.RegularExpressions.GeneratedRegex("^[a-z][a-z0-9_]{0,63}\\z")]
    private static partial System.Text.RegularExpressions.Regex Keys();
}
