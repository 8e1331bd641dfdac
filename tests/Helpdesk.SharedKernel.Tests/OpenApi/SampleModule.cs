using System.Text.Json.Serialization;
using Carter;
using FluentValidation;
using Helpdesk.SharedKernel.Http;
using Helpdesk.SharedKernel.Modularity;
using Helpdesk.SharedKernel.OpenApi;
using Helpdesk.SharedKernel.Requests;
using Helpdesk.SharedKernel.Results;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Helpdesk.SharedKernel.Tests.OpenApi;

/// <summary>Slices of every shape that the document has to describe.</summary>
public sealed class SampleModule : IModule
{
    public string Schema => "sample";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }
}

/// <summary>Changes a parcel (mobieus 9.9). See <see cref="ParcelSize.ExtraLarge"/>.</summary>
/// <remarks><para>Only <c>open</c> parcels.</para></remarks>
/// <param name="Id">The parcel's id.</param>
/// <param name="Name">What is on the label.</param>
/// <param name="Weight">In grams.</param>
/// <param name="Note">Anything, or nothing.</param>
/// <param name="Size">How large it is.</param>
/// <param name="Labels">What else is on it.</param>
/// <param name="Sender">Who sends it.</param>
/// <param name="Custom">Whatever the sender likes.</param>
/// <param name="Color">Of the paper.</param>
[Requires(Permission.TagsWrite)]
[Refuses(ErrorKind.NotFound, "parcel_not_found")]
[Refuses(ErrorKind.Conflict, "parcel_gone")]
[Refuses(ErrorKind.Conflict, "made_up_code")]
public sealed record ChangeParcel(
    [FromRoute] long Id, [SingleLine] string? Name, int? Weight, Optional<string?> Note, Optional<ParcelSize?> Size,
    [Example("""["fragile"]""")] string[]? Labels,
    ParcelSender? Sender, RawJson? Custom, [Choices("red", "blue")] string? Color) : ICommand<ParcelView>;

/// <summary>Who sends a parcel.</summary>
/// <param name="Email">An address.</param>
/// <param name="Nick">A short name.</param>
public sealed record ParcelSender(string? Email, string? Nick);

/// <summary>The parcels.</summary>
/// <param name="Size">Sizes.</param>
/// <param name="Since">Sent at this time or later.</param>
/// <param name="Carrier">Who brings it; <paramref name="Size"/> does not matter.</param>
/// <param name="Cursor">Where the last page ended.</param>
/// <param name="Limit">Rows on a page.</param>
[Requires(Permission.TagsRead)]
[Refuses(ErrorKind.Malformed, "invalid_cursor")]
public sealed record ListParcels(
    [Choices(typeof(ParcelSize), Many = true)] string? Size, DateTime? Since, string? Carrier, string? Cursor,
    [System.ComponentModel.DataAnnotations.Range(1, 200)] int? Limit) : IQuery<Page<ParcelView>>;

/// <summary>A parcel.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Size">How large it is.</param>
/// <param name="Twin">Another parcel like it.</param>
/// <param name="Parts">What is in it.</param>
/// <param name="Counts">How many, by kind.</param>
/// <param name="Custom">Whatever the sender likes.</param>
/// <param name="SentAt">When it went off.</param>
/// <param name="Tracking">Only while it is on its way.</param>
public sealed record ParcelView(
    long Id, ParcelSize Size, ParcelView? Twin, IReadOnlyList<ParcelPart> Parts, IReadOnlyDictionary<string, int> Counts, RawJson Custom,
    DateTime? SentAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Tracking);

/// <summary>A part of a parcel.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Price">What it costs.</param>
public sealed record ParcelPart([property: Example("Teapot")] string Name, decimal Price);

/// <summary>How large a parcel is.</summary>
public enum ParcelSize
{
    /// <summary>Fits a pocket.</summary>
    Small,

    /// <summary>Needs two people.</summary>
    ExtraLarge,
}

internal static class ParcelErrors
{
    public static readonly Error NotFound = Error.NotFound("parcel_not_found", "No such parcel.");

    public static Error Gone(string slug, long parcelId) =>
        Error.Conflict("parcel_gone", $"'{slug}' is gone.").With("slug", slug).With("parcel_id", parcelId);
}

internal sealed class ChangeParcelValidator : AbstractValidator<ChangeParcel>
{
    public ChangeParcelValidator()
    {
        RuleFor(x => x.Name).NotEmpty().MaximumLength(80);
        RuleFor(x => x.Weight).InclusiveBetween(1, 5000);
        RuleFor(x => x.Size.Value).NotNull().When(x => x.Size.IsSet).OverridePropertyName("size");
        RuleForEach(x => x.Labels).Matches("^[a-z]+$");
        RuleFor(x => x.Sender!.Email).NotEmpty().EmailAddress().When(x => x.Sender is not null);
    }
}

internal sealed class ListParcelsValidator : AbstractValidator<ListParcels>
{
    public ListParcelsValidator() => RuleFor(x => x.Carrier).NotEmpty();
}

internal sealed class ParcelEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/sample/parcels/{id}", Slice.Done<ChangeParcel, ParcelView>())
            .WithSummary("Change a parcel").WithTags("Parcels");
        app.MapGet("/api/v1/sample/parcels", Slice.Listed<ListParcels, ParcelView>()).WithSummary("List parcels").WithTags("Parcels");
    }
}
