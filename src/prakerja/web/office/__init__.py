"""Pages of the programme office, of approvers, who sign what others prepared, and of auditors."""
