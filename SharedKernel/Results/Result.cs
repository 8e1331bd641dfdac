using System.Diagnostics.CodeAnalysis;

namespace Helpdesk.SharedKernel.Results;

/// <summary>A reply that can be a refusal. Lets a behaviour refuse without knowing the type of the reply.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface IFailable<TSelf> where TSelf : IFailable<TSelf>
{
    /// <summary>The refusal, or null when it is a success.</summary>
    Error? Error { get; }

    /// <summary>Makes a refusal.</summary>
    static abstract TSelf Fail(Error error);
}

/// <summary>Either a value or a refusal.</summary>
/// <typeparam name="T">The value of a success.</typeparam>
public readonly struct Result<T> : IFailable<Result<T>>
{
    private readonly T _value;

    private Result(T value, Error? error) => (_value, Error) = (value, error);

    /// <inheritdoc/>
    public Error? Error { get; }

    /// <summary>The value. Throws when it is a refusal: look at <see cref="Error"/> first.</summary>
    public T Value => Error is null ? _value : throw new InvalidOperationException($"A refusal has no value: {Error.Code}.");

    /// <summary>Whether it is a success, and its value.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return Error is null;
    }

    /// <inheritdoc/>
    public static Result<T> Fail(Error error) => new(default!, error);

    /// <summary>A success.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Result<T>(Error error) => Fail(error);
}

/// <summary>One page of a list.</summary>
/// <typeparam name="T">The rows.</typeparam>
/// <param name="Items">The rows of this page, in the order of the list.</param>
/// <param name="NextCursor">Where the next page starts; null on the last page.</param>
/// <param name="TotalCount">How many rows match the filters, whatever the page.</param>
/// <param name="HasMore">Whether there is a next page already, where the list grows at its end and so always has a cursor; null elsewhere.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor, long TotalCount, bool? HasMore = null);

/// <summary>What a delete answers.</summary>
/// <param name="Id">The id of the row that is gone.</param>
/// <param name="Deleted">Always true.</param>
public sealed record DeletedView(long Id, bool Deleted = true);
