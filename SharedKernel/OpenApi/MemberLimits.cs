using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Helpdesk.SharedKernel.Http;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>What attributes and validators add to the schema of a member's type.</summary>
internal static class MemberLimits
{
    public static IOpenApiSchema Apply(Member member, IOpenApiSchema schema, Rules rules)
    {
        rules.Apply(member.Name, schema);
        var isText = schema.Type?.HasFlag(JsonSchemaType.String) == true;
        if (member.Get<ExampleAttribute>()?.Value(isText) is { } example)
            SetExample(schema, example);
        if (schema is not OpenApiSchema plain)
            return schema;
        if (member.Get<ChoicesAttribute>() is { Many: false } choices)
        {
            plain.Enum = Schemas.Text(choices.Values).Enum;
            if (plain.Type?.HasFlag(JsonSchemaType.Null) == true)
                plain.Enum!.Add(JsonNullSentinel.JsonNull);
        }

        if (member.Get<RangeAttribute>() is { } range)
            (plain.Minimum, plain.Maximum) = (Invariant(range.Minimum), Invariant(range.Maximum));
        if (member.Get<StringLengthAttribute>() is { } length)
            (plain.MinLength, plain.MaxLength) = (length.MinimumLength > 0 ? length.MinimumLength : plain.MinLength, length.MaximumLength);
        if (member.Get<RegularExpressionAttribute>() is { } expression)
            plain.Pattern = expression.Pattern;
        if (member.Get<EmailAddressAttribute>() is not null)
            plain.Format = "email";
        if (member.Get<DefaultValueAttribute>()?.Value is { } value)
            plain.Default = JsonSerializer.SerializeToNode(value, WireJson.Options);
        return plain;
    }

    private static void SetExample(IOpenApiSchema schema, JsonNode example)
    {
        if (schema is OpenApiSchema plain)
            plain.Examples = [example];
        else if (schema is OpenApiSchemaReference reference)
            reference.Examples = [example];
    }

    private static string? Invariant(object value) => Convert.ToString(value, CultureInfo.InvariantCulture);
}
