namespace Helpdesk.Host.Operation;

/// <summary>Something that the operator has to mend; the message says what, in a sentence or two.</summary>
public sealed class OperatorException(string message) : Exception(message);
