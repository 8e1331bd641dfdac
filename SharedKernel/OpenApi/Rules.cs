using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.OpenApi;

namespace Helpdesk.SharedKernel.OpenApi;

/// <summary>What a request's validators say that a schema can say too. Conditions and rules across members are left to the prose.</summary>
internal sealed class Rules
{
    public static readonly Rules None = new([], "");

    private readonly List<Rule> _rules;
    private readonly string _prefix;

    private Rules(List<Rule> rules, string prefix) => (_rules, _prefix) = (rules, prefix);

    public static Rules Of(IEnumerable<IValidator> validators)
    {
        var rules = new List<Rule>();
        foreach (var validator in validators)
            Collect(rules, validator, "");
        return new(rules, "");
    }

    /// <summary>The rules for the members of a member.</summary>
    public Rules Under(string member) => new(_rules, $"{_prefix}{member}.");

    /// <summary>Whether the member must be given; null when the rules do not say.</summary>
    public bool? IsRequired(string member)
    {
        var rules = Demands(member).ToList();
        return rules.Count == 0 ? null : rules.Exists(rule => !rule.IsConditional);
    }

    /// <summary>Whether the member must not be null where it is given. <c>Optional</c> members are looked at only then.</summary>
    public bool ForbidsNull(string member, bool isOptional) => Demands(member).Any(rule => isOptional || !rule.IsConditional);

    /// <summary>Writes the limits of a member into its schema.</summary>
    public void Apply(string member, IOpenApiSchema schema)
    {
        foreach (var rule in For(member))
        {
            if ((rule.OfItems ? (schema as OpenApiSchema)?.Items : schema) is OpenApiSchema target)
                Apply(rule.Validator, target);
        }
    }

    private IEnumerable<Rule> Demands(string member) =>
        For(member).Where(rule => rule is { OfItems: false, IsDerived: false, Validator: INotEmptyValidator or INotNullValidator });

    private IEnumerable<Rule> For(string member) => _rules.Where(rule => rule.Path == _prefix + member);

    private static void Apply(IPropertyValidator validator, OpenApiSchema schema)
    {
        var isText = schema.Type?.HasFlag(JsonSchemaType.String) == true;
        switch (validator)
        {
            case INotEmptyValidator when isText && schema.Enum is null && schema.Format is null:
                schema.MinLength ??= 1;
                break;
            case INotEmptyValidator when schema.Type?.HasFlag(JsonSchemaType.Array) == true:
                schema.MinItems ??= 1;
                break;
            case ILengthValidator length when isText:
                schema.MinLength = length.Min > 0 ? length.Min : schema.MinLength;
                schema.MaxLength = length.Max > 0 ? length.Max : schema.MaxLength;
                break;
            case IBetweenValidator { Name: "InclusiveBetweenValidator" } between:
                (schema.Minimum, schema.Maximum) = (Number(between.From), Number(between.To));
                break;
            case IRegularExpressionValidator { Expression: { } expression } when isText:
                schema.Pattern = expression;
                break;
            case IEmailValidator when isText:
                schema.Format = "email";
                break;
            case IComparisonValidator { MemberToCompare: null } comparison when Number(comparison.ValueToCompare) is { } limit:
                Apply(comparison.Comparison, limit, schema);
                break;
        }
    }

    private static void Apply(Comparison comparison, string limit, OpenApiSchema schema)
    {
        if (comparison is Comparison.GreaterThanOrEqual)
            schema.Minimum = limit;
        else if (comparison is Comparison.GreaterThan)
            schema.ExclusiveMinimum = limit;
        else if (comparison is Comparison.LessThanOrEqual)
            schema.Maximum = limit;
        else if (comparison is Comparison.LessThan)
            schema.ExclusiveMaximum = limit;
    }

    private static string? Number(object? value) =>
        value is int or long or double or decimal ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    private static void Collect(List<Rule> found, IValidator validator, string prefix)
    {
        foreach (var rule in validator.CreateDescriptor().Rules)
        {
            if (PathOf(rule) is not var (path, isDerived))
                continue;
            var ofItems = rule.GetType().GetInterfaces()
                .Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(ICollectionRule<,>));
            foreach (var component in rule.Components)
            {
                // What is conditional about a member of a member is, as a rule, whether the outer one is given.
                var isConditional = (prefix + path).Contains('.') is false
                    && (rule.HasCondition || rule.HasAsyncCondition || component.HasCondition || component.HasAsyncCondition);
                found.Add(new Rule(prefix + path, ofItems, component.Validator, isConditional, isDerived));
                if (component.Validator is IChildValidatorAdaptor { ValidatorType: var type }
                    && type.GetConstructor(Type.EmptyTypes) is not null && Activator.CreateInstance(type) is IValidator child)
                {
                    Collect(found, child, $"{prefix}{path}.");
                }
            }
        }
    }

    /// <summary>
    /// <c>x => x.Requester.Value.Email</c> is <c>requester.email</c>. A property that does not cross the wire stands for the member whose
    /// name the rule was given: its limits hold there, but another member may serve instead.
    /// </summary>
    private static (string Path, bool IsDerived)? PathOf(IValidationRule rule)
    {
        var names = new List<string>();
        var node = rule.Expression?.Body;
        var isPublic = true;
        while (node is not (null or ParameterExpression))
        {
            if (node is UnaryExpression { NodeType: ExpressionType.Convert } convert)
            {
                node = convert.Operand;
            }
            else if (node is MemberExpression { Expression: { } owner } member)
            {
                isPublic &= member.Member is PropertyInfo { GetMethod.IsPublic: true };
                if (!(member.Member.Name == "Value" && owner.Type.IsGenericType))
                    names.Insert(0, JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Member.Name));
                node = owner;
            }
            else
            {
                return null;
            }
        }

        if (isPublic && names.Count > 0)
            return (string.Join('.', names), false);
        return rule.PropertyName is { Length: > 0 } given ? (given, true) : null;
    }

    private sealed record Rule(string Path, bool OfItems, IPropertyValidator Validator, bool IsConditional, bool IsDerived);
}
