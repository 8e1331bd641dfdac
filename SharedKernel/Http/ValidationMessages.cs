using FluentValidation.Resources;

namespace Helpdesk.SharedKernel.Http;

/// <summary>What is wrong with a field, without repeating its name: the answer lists reasons under the name.</summary>
internal sealed class ValidationMessages : LanguageManager
{
    public override string GetString(string key, System.Globalization.CultureInfo? culture = null) => key switch
    {
        "NotNullValidator" or "NotEmptyValidator" => "is required.",
        "MaximumLengthValidator" or "MaximumLength_Simple" => "must have at most {MaxLength} characters.",
        "MinimumLengthValidator" or "MinimumLength_Simple" => "must have at least {MinLength} characters.",
        "LengthValidator" or "Length_Simple" => "must have {MinLength} to {MaxLength} characters.",
        "InclusiveBetweenValidator" or "InclusiveBetween_Simple" => "must be between {From} and {To}.",
        "GreaterThanOrEqualValidator" => "must be at least {ComparisonValue}.",
        "LessThanOrEqualValidator" => "must be at most {ComparisonValue}.",
        "EmailValidator" => "must be an e-mail address.",
        _ => base.GetString(key, culture),
    };
}
